"""How every figure is computed, for anybody who wants to check: made from the code that computes it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jinlin.performance import queries
from jinlin.performance.rules.indicators import FEW
from jinlin.web.access import public


@public
@require_safe
def formulas(request: HttpRequest) -> HttpResponse:
    """Tell each indicator's meaning, numerator and denominator, and every composite ever published."""
    words = {"groups": queries.formulas(), "composites": queries.published_weights(), "few": FEW}
    return render(request, "public/formulas.html", words)
