"""Samples for the gallery: every component in every state. Chinese text, because that is what
pages hold; shown in development only, so it is not translated."""

import datetime as dt
from typing import Any

from django import forms

from zhijia.core.charts import Bar, BarChart, LineChart, Series
from zhijia.core.forms import (
    CreditCodeField,
    FilesField,
    MobileField,
    OnceForm,
    PlainForm,
    ReceiptField,
    ResidentIdField,
    TidyCharField,
)
from zhijia.core.paging import Page


class SampleForm(OnceForm):
    """Every kind of field."""

    text = TidyCharField(
        label="发生了什么事", help_text="写清时间、地点、经过。写得不全也可以先提交。", max_length=200, rows=4
    )
    employer = TidyCharField(label="单位名称", max_length=60, required=False)
    mobile = MobileField(label="手机号码", help_text="只用来通知您，单位看不到。")
    code = CreditCodeField(label="统一社会信用代码", required=False)
    resident_id = ResidentIdField(label="居民身份证号码", required=False)
    receipt = ReceiptField(label="回执编号", required=False)
    urgency = forms.ChoiceField(
        label="紧急程度",
        choices=[("general", "一般"), ("urgent", "紧急：涉及人身安全或群体事件")],
        widget=forms.RadioSelect,
    )
    kinds = forms.MultipleChoiceField(
        label="涉及方面",
        choices=[("wage", "工资"), ("hours", "工时")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    place = forms.ChoiceField(
        label="所在地区", choices=[("", "请选择"), ("130500", "邢台市"), ("130100", "石家庄市")]
    )
    on = forms.DateField(label="发生日期", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    agree = forms.BooleanField(label="同意隐去姓名后公开答复", required=False)
    evidence = FilesField(label="照片或录音", required=False, accept="image/*,audio/*,.pdf", record=True)


class SampleFilters(PlainForm):
    """The kind of form that stands above a list."""

    q = TidyCharField(
        label="关键词", max_length=40, required=False, widget=forms.TextInput(attrs={"data-search": True})
    )
    state = forms.ChoiceField(label="状态", choices=[("", "全部"), ("open", "办理中")], required=False)


def _charts() -> dict[str, Any]:
    bars = BarChart(
        title="各类诉求件数",
        unit="件",
        label="类别",
        bars=[
            Bar("拖欠工资", 1280),
            Bar("未签劳动合同", 431, tone="blue"),
            Bar("工伤待遇", 96, "?kind=injury"),
            Bar("其他", 0),
        ],
        note="2026 年 1 月至 10 月，按受理时间统计。",
    )
    months = [f"{n} 月" for n in range(1, 11)]
    lines = LineChart(
        title="答复用时",
        unit="天",
        label="月份",
        labels=months,
        places=1,
        series=[
            Series("中位数", [6.2, 5.8, 5.9, 4.7, 4.4, None, 3.9, 3.1, 3.4, 2.8]),
            Series("第 90 百分位", [14, 13.5, 15.2, 12, 11, None, 9.8, 9.1, 8.7, 8.9]),
        ],
    )
    return {"bars": bars, "lines": lines, "no_bars": BarChart(title="没有数据时", bars=[]),
            "no_lines": LineChart(title="没有数据时", labels=[], series=[])}  # fmt: skip


def _dues(now: dt.datetime) -> list[dict[str, Any]]:
    offsets = (dt.timedelta(days=9), dt.timedelta(days=1), dt.timedelta(minutes=1), dt.timedelta(days=-3))
    return [{"due": now + offset, "provisional": offset.days == 9} for offset in offsets]


def samples(data: Any, now: dt.datetime) -> dict[str, Any]:
    """Return the context of the gallery page."""
    form = SampleForm(data)
    wrong = {"text": "班长" * 120, "mobile": "138 0000", "code": "123", "agree": "on", "kinds": "wage"}
    return {
        **_charts(),
        "now": now,
        "today": now.date(),
        "dues": _dues(now),
        "form": form,
        "sent_key": form.cleaned_data["idempotency_key"] if form.is_valid() else "",
        "wrong_form": SampleForm(wrong, auto_id="wrong_%s"),
        "filters": SampleFilters({"q": "工资"}, auto_id="filter_%s"),
        "pager": Page([], next_cursor="next-sample", previous_cursor="previous-sample"),
        "steps": [
            {"label": "已提交", "state": "done"},
            {"label": "已受理", "state": "done"},
            {"label": "办理中", "state": "now"},
            {"label": "答复", "state": ""},
            {"label": "评价", "state": ""},
        ],
        "tabs": [
            {"label": "待分派", "url": "?tab=new", "current": True, "count": 12},
            {"label": "办理中", "url": "?tab=open", "count": 340},
            {"label": "已超期", "url": "?tab=late", "count": 0},
        ],
        "doors": [
            {"label": label, "url": "#main", "icon": icon}
            for label, icon in (
                ("我要求助", "write"), ("查进度", "search"), ("法律知识", "scale"), ("困难帮扶", "help"),
                ("消息", "bell"), ("职工书屋", "book"), ("打电话", "phone"), ("工会驿站", "location"),
            )
        ],
        "rows": [
            {"number": "3051 2209", "title": "三个月没发工资", "state": "待分派", "tone": "amber", **one}
            for one in _dues(now)
        ],
        "icons": ICONS.split(),
    }  # fmt: skip


ICONS = (
    "home inbox mail write search person people bell book scale phone clock check success info "
    "warning danger close menu more back next download print upload microphone camera attachment "
    "chart settings shield lock globe reading filter star flag refresh dot desk building calendar "
    "list delete talk question help leave enter draft key team external location vote trophy gift "
    "news "
)
"""Names for ``<c-icon name=…>`` and ``MenuEntry.icon``, in one string."""
