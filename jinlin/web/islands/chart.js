// Chart island: bars and lines only; the numbers stand in a table below, so a chart that fails loses nothing.
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { all } from "./dom.js";

echarts.use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

const TONES = ["blue", "green", "ochre", "ink-3"];

function colours() {
  const style = getComputedStyle(document.documentElement);
  const of = (name) => style.getPropertyValue(`--${name}`).trim();
  return { of, ink: of("ink-2"), line: of("line"), card: of("card"), strong: of("ink") };
}

function textSize(element) {
  return Math.max(12, Math.round(parseFloat(getComputedStyle(element).fontSize) * 0.85));
}

// Tones name a meaning: overdue is the only red.
function toneOf(line, place) {
  return line.tone === "overdue" ? "red" : line.tone || TONES[place % TONES.length];
}

function seriesOf(data, paint) {
  return data.series.map((line, place) => {
    const colour = paint.of(toneOf(line, place));
    const bar = (line.kind || data.kind) !== "line";
    return {
      name: line.name, type: bar ? "bar" : "line", data: line.numbers, stack: data.stacked ? "all" : undefined,
      itemStyle: { color: colour, borderRadius: bar && !data.stacked ? 3 : 0 },
      lineStyle: { width: 2.5, color: colour, type: place % 2 && !bar ? "dashed" : "solid" },
      barMaxWidth: 28, symbolSize: 6, showSymbol: data.names.length < 40, animationDuration: 400,
    };
  });
}

function optionOf(data, element) {
  const paint = colours();
  const fontSize = textSize(element);
  const label = { color: paint.ink, fontSize, hideOverlap: true };
  const names = { type: "category", data: data.names, axisLabel: label, axisLine: { lineStyle: { color: paint.line } }, axisTick: { show: false }, inverse: Boolean(data.sideways) };
  const numbers = { type: "value", minInterval: 1, axisLabel: label, splitLine: { lineStyle: { color: paint.line } }, splitNumber: 4 };
  const several = data.series.length > 1;
  return {
    animation: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
    textStyle: { fontFamily: getComputedStyle(element).fontFamily },
    grid: { left: 4, right: 12, top: several ? fontSize * 2.6 : 12, bottom: 4, containLabel: true },
    legend: several ? { top: 0, left: 0, textStyle: { color: paint.ink, fontSize }, itemWidth: 14, itemHeight: 10 } : undefined,
    tooltip: {
      trigger: "axis", renderMode: "richText", axisPointer: { type: "shadow" }, backgroundColor: paint.card, borderColor: paint.line,
      textStyle: { color: paint.strong, fontSize },
    },
    xAxis: data.sideways ? numbers : names,
    yAxis: data.sideways ? names : numbers,
    series: seriesOf(data, paint),
  };
}

function draw(element) {
  const source = document.getElementById(element.dataset.chart);
  if (!source) return;
  element.dataset.ready = "1";
  element.hidden = false;
  const data = JSON.parse(source.textContent);
  const chart = echarts.init(element);
  chart.setOption(optionOf(data, element));
  const again = () => { chart.resize(); chart.setOption(optionOf(data, element)); };
  if ("ResizeObserver" in window) new ResizeObserver(() => chart.resize()).observe(element);
  else window.addEventListener("resize", again);
  new MutationObserver(again).observe(document.documentElement, { attributeFilter: ["data-mode", "data-size", "data-theme"] });
}

window.jinlinChart = { scan: (root) => all("[data-chart]:not([data-ready])", root).forEach(draw) };
