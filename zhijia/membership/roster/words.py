"""Words that rosters use for the values of our closed lists."""

from collections.abc import Mapping
from typing import Any

from zhijia.membership.enums import Education as E
from zhijia.membership.enums import Engagement as G
from zhijia.membership.enums import IdKind as K
from zhijia.membership.enums import Sex as S
from zhijia.membership.enums import Trade as T
from zhijia.membership.enums import WorkStatus as W

SEX = {"男": S.MALE, "男性": S.MALE, "1": S.MALE, "m": S.MALE, "male": S.MALE,
       "女": S.FEMALE, "女性": S.FEMALE, "2": S.FEMALE, "f": S.FEMALE, "female": S.FEMALE,
       "0": S.UNKNOWN, "未知": S.UNKNOWN, "9": S.UNSTATED, "未说明": S.UNSTATED}  # fmt: skip
YES = {"是": True, "1": True, "y": True, "yes": True, "√": True, "有": True, "true": True, "农民工": True,
       "否": False, "0": False, "n": False, "no": False, "×": False, "x": False, "不是": False,
       "false": False}  # fmt: skip
_EDUCATION = {
    E.DOCTOR: "博士 博士研究生 博士学位 11", E.MASTER: "硕士 硕士研究生 硕士学位 14", E.GRADUATE: "研究生 10",
    E.BACHELOR: "本科 大学本科 大学 大学本科毕业 学士 全日制本科 在职本科 20 21 22 28",
    E.COLLEGE: "专科 大专 大学专科 大学专科毕业 高职 全日制大专 30 31 33 38",
    E.VOCATIONAL: "中专 中职 技校 职高 中等职业教育 中等专科 中技 职业高中 中等专业学校 40 41 42 43 44 45 "
                  "46 47 48",
    E.UPPER: "高中 普通高中 高中毕业 60 61 62 63", E.LOWER: "初中 初中毕业 70 71 73",
    E.PRIMARY: "小学 小学毕业 80 81 83", E.OTHER: "其他 其它 文盲 文盲或半文盲 90",
}  # fmt: skip
_STATUS = {
    W.AT_WORK: "在岗 在职 在岗职工 工作 at_work", W.OFF_POST: "离岗 内退 离岗内退 内部退养 off_post",
    W.WAITING: "待岗 waiting", W.UNEMPLOYED: "失业 下岗 unemployed", W.RETIRED: "退休 离退休 retired",
    W.FLEXIBLE: "灵活就业 flexible",
}  # fmt: skip
_ENGAGEMENT = {
    G.CONTRACT: "合同 劳动合同 合同制 劳动合同制 正式 正式工 在编 全日制 contract",
    G.AGENCY: "劳务派遣 派遣 劳务派遣工 派遣工 agency", G.PART_TIME: "非全日制 小时工 part_time",
    G.FLEXIBLE: "灵活就业 灵活用工 临时工 临时 自雇 flexible",
    G.PLATFORM: "平台 平台用工 新就业形态 新业态 platform",
}  # fmt: skip
_TRADE = {
    T.TRUCK: "货车司机 卡车司机 货运司机 truck", T.COURIER: "快递员 快递小哥 快递从业人员 快递 courier",
    T.FOOD: "网约送餐员 外卖员 外卖骑手 外卖配送员 送餐员 骑手 food",
    T.RIDE: "网约车司机 网约车驾驶员 ride", T.CARER: "护工护理员 护工 护理员 carer",
    T.DOMESTIC: "家政服务员 家政 家政工 保姆 domestic", T.PROMOTER: "商场信息员 促销员 导购 promoter",
    T.AGENT: "房产中介员 房产中介 房产经纪人 agent", T.GUARD: "保安员 保安 guard",
    T.NONE: "其他 其它 否 不属于",
}  # fmt: skip
_ID_KIND = {
    K.RESIDENT: "居民身份证 身份证 二代身份证 第二代居民身份证 临时身份证 resident 01 1",
    K.PERMIT: "港澳居民居住证 台湾居民居住证 港澳台居民居住证 港澳居民来往内地通行证 台湾居民来往大陆通行证 "
              "港澳通行证 台胞证 回乡证 permit",
    K.FOREIGN: "护照 外国护照 外国人永久居留身份证 外国人永久居留证 外国人居留证 foreign",
}  # fmt: skip


def _turned(table: Mapping[Any, str]) -> dict[str, str]:
    return {word: code.value for code, words in table.items() for word in words.split()}


EDUCATION, STATUS, ENGAGEMENT = _turned(_EDUCATION), _turned(_STATUS), _turned(_ENGAGEMENT)
TRADE, ID_KIND = _turned(_TRADE), _turned(_ID_KIND)
