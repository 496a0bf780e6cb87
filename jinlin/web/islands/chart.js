// Chart island: bars and lines only; the numbers stand in a table below, so a chart that fails loses nothing.
import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { all, follow } from "./dom.js";

echarts.use([AriaComponent, BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

const TONES = ["blue", "green", "ochre", "ink-3"];
const MARKS = ["circle", "rect", "triangle", "diamond"];
// The first series is plain; the others carry light stripes or dots, so that colour isn't the only difference.
const LIGHT = "rgba(255, 255, 255, 0.55)";
const DECALS = [
  { symbol: "none" },
  { color: LIGHT, dashArrayX: [1, 0], dashArrayY: [3, 5], rotation: -Math.PI / 4 },
  { color: LIGHT, symbol: "circle", dashArrayX: [[6, 6], [0, 6, 6, 0]], dashArrayY: [5, 0], symbolSize: 0.7 },
];
const drawn = new Set();

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

function seriesOf(data, paint, fontSize) {
  return data.series.map((line, place) => {
    const colour = paint.of(toneOf(line, place));
    const bar = (line.kind || data.kind) !== "line";
    const end = data.sideways && !data.stacked;
    return {
      name: line.name, type: bar ? "bar" : "line", data: line.numbers, stack: data.stacked ? "all" : undefined,
      itemStyle: { color: colour, borderRadius: bar && !data.stacked ? 3 : 0 },
      lineStyle: { width: 2.5, color: colour, type: place % 2 && !bar ? "dashed" : "solid" },
      label: end ? { show: true, position: "right", color: paint.ink, fontSize } : undefined,
      symbol: MARKS[place % MARKS.length], barMaxWidth: 28, symbolSize: 7, showSymbol: data.names.length < 40, animationDuration: 400,
      cursor: data.links ? "pointer" : "default",
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
  const top = several ? fontSize * (data.sideways ? 1.8 : 2.6) : 12;
  const room = Math.floor((element.clientHeight - top) / data.names.length / 1.1);
  const barSize = Math.max(10, Math.min(fontSize, room));
  if (data.sideways) {
    names.axisLabel = { ...label, interval: 0, hideOverlap: false, fontSize: barSize };
    numbers.show = false;
  }
  return {
    animation: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
    aria: { enabled: true, decal: { show: several && data.kind !== "line", decals: DECALS }, label: { enabled: false } },
    textStyle: { fontFamily: getComputedStyle(element).fontFamily },
    grid: { left: 4, right: data.sideways && !data.stacked ? fontSize * 3 : 12, top, bottom: 4, containLabel: true },
    legend: several ? { top: 0, left: 0, textStyle: { color: paint.ink, fontSize }, itemWidth: 14, itemHeight: 10 } : undefined,
    tooltip: {
      trigger: "axis", renderMode: "richText", axisPointer: { type: "shadow" }, backgroundColor: paint.card, borderColor: paint.line,
      textStyle: { color: paint.strong, fontSize }, confine: true,
    },
    xAxis: data.sideways ? numbers : names,
    yAxis: data.sideways ? names : numbers,
    series: seriesOf(data, paint, barSize),
  };
}

// A page that refreshes puts new elements in the place of old ones; what they held is given back.
function forget() {
  for (const one of drawn) {
    if (one.element.isConnected) continue;
    one.chart.dispose();
    one.watches.forEach((watch) => watch.disconnect());
    drawn.delete(one);
  }
}

function draw(element) {
  const source = document.getElementById(element.dataset.chart);
  if (!source) return;
  element.dataset.ready = "1";
  element.hidden = false;
  const data = JSON.parse(source.textContent);
  const chart = echarts.init(element);
  chart.setOption(optionOf(data, element));
  if (data.links) chart.on("click", ({ dataIndex }) => follow(data.links[dataIndex]));
  const again = () => chart.setOption(optionOf(data, element));
  const watches = [new MutationObserver(again)];
  watches[0].observe(document.documentElement, { attributeFilter: ["data-mode", "data-size", "data-theme"] });
  if ("ResizeObserver" in window) {
    watches.push(new ResizeObserver(() => { chart.resize(); again(); }));
    watches[1].observe(element);
  }
  drawn.add({ element, chart, watches });
}

window.jinlinChart = {
  scan: (root) => {
    forget();
    all("[data-chart]:not([data-ready])", root).forEach(draw);
  },
};
