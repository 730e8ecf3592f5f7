"""The columns that a roster may have, and the many names that people give them."""

import re
from dataclasses import dataclass
from typing import Any

from zhijia.core.identifiers import normalise
from zhijia.core.words import _


@dataclass(frozen=True)
class Field:
    """One column that we can read."""

    name: str
    label: Any
    aliases: tuple[str, ...]
    weak: tuple[str, ...] = ()
    """Names that may also mean something else."""


FIELDS = (
    Field("name", _("Name"), ("姓名", "会员姓名", "职工姓名", "员工姓名", "名字", "name")),
    Field("id_number", _("Identity number"),
          ("身份证号码", "身份证号", "公民身份号码", "证件号码", "证件号", "身份证", "身份号码", "idnumber",
           "idcard")),
    Field("id_kind", _("Kind of document"), ("证件类型", "证件种类", "证件类别")),
    Field("sex", _("Sex"), ("性别", "sex", "gender")),
    Field("born_on", _("Date of birth"), ("出生日期", "出生年月日", "出生年月", "出生时间", "生日",
                                          "birthday")),
    Field("phone", _("Mobile number"),
          ("手机号码", "手机号", "手机", "移动电话", "联系电话", "电话号码", "联系方式", "mobile", "phone"),
          ("电话",)),
    Field("ethnicity", _("Ethnic group"), ("民族",)),
    Field("politics", _("Political affiliation"), ("政治面貌", "政治面目")),
    Field("education", _("Level of education"), ("学历", "文化程度", "教育程度", "最高学历", "受教育程度")),
    Field("address", _("Address"),
          ("现居住地", "居住地址", "居住地", "家庭住址", "现住址", "住址", "联系地址", "家庭地址"),
          ("地址",)),
    Field("is_migrant", _("Migrant worker"),
          ("是否农民工", "是否外地来京务工", "是否外来务工", "外来务工人员", "农民工")),
    Field("work_status", _("Standing at work"), ("就业状态", "就业状况", "在岗状态", "在岗情况", "在职状态")),
    Field("engagement", _("Kind of engagement"), ("用工形式", "用工类型", "用工方式", "就业类型",
                                                  "就业形式")),
    Field("trade", _("Group of workers"),
          ("新就业形态类别", "新就业形态劳动者类别", "八大群体", "群体类别", "职业类别", "从业类别"),
          ("新就业形态",)),
    Field("joined_on", _("Joined on"),
          ("入会时间", "入会日期", "入会年月", "加入工会时间", "加入工会日期"), ("入会",)),
    Field("body", _("Union below"),
          ("所属工会", "所在工会", "基层工会", "工会名称", "工会组织名称", "所属工会组织", "工会小组",
           "所属分会", "分会",
           "工会"), ("部门", "车间", "班组", "单位名称", "所在单位", "工作单位", "单位")),
    Field("card_number", _("Number of the card"), ("会员证号", "会员卡号", "会员编号", "工会卡号",
                                                   "会员证编号")),
)  # fmt: skip
NAMES = tuple(field.name for field in FIELDS)
LABELS = {field.name: field.label for field in FIELDS}
NEEDED = ("name",)
FILLED_DOWN = frozenset({"body", "joined_on", "trade", "education", "work_status", "engagement"})
"""A cell merged over several rows says the same of all of them; a name or a number never does."""

_OTHERS = re.compile(
    "紧急|配偶|父|母|子女|介绍人|负责人|经办|审核|家属|监护|有效期|起止|截止|上级|发证|备注|主席"
)
_DECORATION = re.compile(r"[*＊※:：、,，/]|必填|选填|\d+位|18位|格式.*")


def heading_key(text: Any) -> str:
    """Return a heading without what people put around it."""
    return _DECORATION.sub("", normalise(str(text or "")).lower())


SCORE_OF_NAME = 3


@dataclass(frozen=True)
class Fit:
    """How well a heading fits a column: 3 its own name, 2 holds it, 1 may mean something else."""

    field: str
    score: int


def fits(heading: Any) -> list[Fit]:
    """Return which columns a heading may mean, best first."""
    key = heading_key(heading)
    if not key or len(key) > 24 or _OTHERS.search(key):
        return []
    found = [Fit(field.name, score) for field in FIELDS if (score := _score(key, field))]
    return sorted(found, key=lambda fit: -fit.score)


def _score(key: str, field: Field) -> int:
    if key in field.aliases:
        return SCORE_OF_NAME
    if any(alias in key for alias in field.aliases if len(alias) > 1):
        return 2
    return 1 if key in field.weak else 0
