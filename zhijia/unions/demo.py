"""Demo province: an invented corner of Hebei. Places are real; every body's people, every
employer and every telephone number is made up.

The codes are computed, so they pass the check and belong to nobody on purpose.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from stdnum.cn import uscc

from zhijia.accounts.models import User
from zhijia.accounts.second_factor import add_totp
from zhijia.core.actors import SYSTEM
from zhijia.core.clock import local_date, now
from zhijia.core.text import grams
from zhijia.unions.enums import BodyKind, Level, Role, SizeBand
from zhijia.unions.models import Employer, EmployerGram, UnionBody
from zhijia.unions.services import add_employer, declare_affiliation, found_body, grant_post

TENANT = 13
INDUSTRY_TENANT = 107
PASSWORD = "Gonghui-12351"  # noqa: S105  (demo accounts only)
TOTP_SECRET = "ZHIJIADEMOSECRET"  # noqa: S105  (demo accounts only)
HOURS = "周一至周五 8:30–12:00，14:00–17:30"


@dataclass(frozen=True)
class BodySeed:
    """A body to found; ``key`` names it for the others."""

    key: str
    name: str
    level: Level
    kind: BodyKind
    above: str = ""
    place: str = ""
    line: str = ""
    employer: str = ""
    tenant: int = TENANT
    phone: str = ""
    accepts: bool = True


F, IN, G, J, B, GR = (
    BodyKind.FEDERATION,
    BodyKind.INDUSTRIAL,
    BodyKind.GRASSROOTS,
    BodyKind.JOINT,
    BodyKind.BRANCH,
    BodyKind.GROUP,
)

BODIES = (
    BodySeed("nation", "中华全国总工会", Level.NATION, F, tenant=0, phone="12351", accepts=False),
    BodySeed(
        "nation.forest",
        "中国农林水利气象工会",
        Level.NATION,
        IN,
        "nation",
        tenant=INDUSTRY_TENANT,
        accepts=False,
    ),
    BodySeed("province", "河北省总工会", Level.PROVINCE, F, "nation", "130000", phone="12351"),
    BodySeed(
        "province.forest", "河北省农林水利气象工会", Level.PROVINCE, IN, "province", "130000", "nation.forest"
    ),
    BodySeed("shijiazhuang", "石家庄市总工会", Level.CITY, F, "province", "130100", phone="0311-00000000"),
    BodySeed("baoding", "保定市总工会", Level.CITY, F, "province", "130600", phone="0312-00000000"),
    BodySeed("city", "邢台市总工会", Level.CITY, F, "province", "130500", phone="0319-00000000"),
    BodySeed("city.forest", "邢台市农林水利气象工会", Level.CITY, IN, "city", "130500", "province.forest"),
    BodySeed("xiangdu", "襄都区总工会", Level.COUNTY, F, "city", "130502", phone="0319-00000002"),
    BodySeed("xindu", "信都区总工会", Level.COUNTY, F, "city", "130503", phone="0319-00000003"),
    BodySeed("ningjin", "宁晋县总工会", Level.COUNTY, F, "city", "130528", phone="0319-00000028"),
    BodySeed("weixian", "威县总工会", Level.COUNTY, F, "city", "130533", phone="0319-00000033"),
    BodySeed("qinghe", "清河县总工会", Level.COUNTY, F, "city", "130534", phone="0319-00000034"),
    BodySeed("shahe", "沙河市总工会", Level.COUNTY, F, "city", "130582", phone="0319-00000082"),
    BodySeed("shahe.park", "沙河市经济开发区工会联合会", Level.VILLAGE, F, "shahe", "130582", accepts=False),
    BodySeed(
        "couriers", "襄都区快递外卖行业联合工会", Level.GRASSROOTS, J, "xiangdu", "130502", accepts=False
    ),
    BodySeed(
        "glass", "沙河明澈玻璃有限公司工会", Level.GRASSROOTS, G, "shahe.park", "130582", employer="glass"
    ),
    BodySeed(
        "glass.kiln",
        "沙河明澈玻璃有限公司工会窑炉车间分会",
        Level.BRANCH,
        B,
        "glass",
        "130582",
        accepts=False,
    ),
    BodySeed(
        "cable", "宁晋恒联电缆制造有限公司工会", Level.GRASSROOTS, G, "ningjin", "130528", employer="cable"
    ),
    BodySeed(
        "wool", "清河暖云羊绒纺织有限公司工会", Level.GRASSROOTS, G, "qinghe", "130534", employer="wool"
    ),
    BodySeed("hospital", "襄都区仁安医院工会", Level.GRASSROOTS, G, "xiangdu", "130502", employer="hospital"),
    BodySeed(
        "forest", "邢台市云顶山国有林场工会", Level.GRASSROOTS, G, "city.forest", "130503", "", "forest"
    ),
    BodySeed("forest.guard", "云顶山林场工会护林分会", Level.BRANCH, B, "forest", "130503", accepts=False),
    BodySeed(
        "forest.station", "望云护林站工会小组", Level.GROUP, GR, "forest.guard", "130503", accepts=False
    ),
    BodySeed(
        "reservoir", "邢台市清溪水库管理处工会", Level.GRASSROOTS, G, "city.forest", "130503", "", "reservoir"
    ),
)

EMPLOYERS = {
    "glass": ("沙河明澈玻璃有限公司", "130582", "C", SizeBand.UNDER_1000),
    "cable": ("宁晋恒联电缆制造有限公司", "130528", "C", SizeBand.UNDER_200),
    "wool": ("清河暖云羊绒纺织有限公司", "130534", "C", SizeBand.UNDER_200),
    "hospital": ("襄都区仁安医院", "130502", "Q", SizeBand.UNDER_1000),
    "forest": ("邢台市云顶山国有林场", "130503", "A", SizeBand.UNDER_200),
    "reservoir": ("邢台市清溪水库管理处", "130503", "N", SizeBand.UNDER_200),
    # Without a union of their own:
    "courier": ("邢台疾风快递服务有限公司", "130502", "G", SizeBand.UNDER_200),
    "builder": ("河北磐石建筑劳务有限公司", "130500", "E", SizeBand.OVER_1000),
    "guard": ("邢台平安护航保安服务有限公司", "130502", "L", SizeBand.UNDER_1000),
    "canteen": ("威县家味餐饮管理有限公司", "130533", "H", SizeBand.UNDER_25),
    "parts": ("威县驰远汽车零部件有限公司", "130533", "C", SizeBand.UNDER_200),
    "cleaning": ("信都区洁美家政服务部", "130503", "O", SizeBand.UNDER_25),
}


@dataclass(frozen=True)
class OfficerSeed:
    """A person with posts: (body, role) pairs."""

    phone: str
    name: str
    posts: tuple[tuple[str, Role], ...]


OFFICERS = (
    OfficerSeed("13800000001", "郑督明", (("province", Role.SUPERVISOR), ("province", Role.STEWARD))),
    OfficerSeed("13800000002", "周派舟", (("city", Role.DISPATCHER),)),
    OfficerSeed("13800000003", "何承远", (("city", Role.HANDLER),)),
    OfficerSeed("13800000004", "孟办清", (("city", Role.HANDLER),)),
    OfficerSeed("13800000005", "林听雨", (("city", Role.HOTLINE_AGENT),)),
    OfficerSeed("13800000006", "高察秋", (("city", Role.SUPERVISOR),)),
    OfficerSeed("13800000007", "管仲文", (("city", Role.STEWARD), ("city", Role.CHAIR))),
    OfficerSeed("13800000014", "安守名", (("city", Role.CUSTODIAN),)),
    OfficerSeed("13800000015", "严护密", (("province", Role.CUSTODIAN),)),
    OfficerSeed("13800000008", "沙晓分", (("shahe", Role.DISPATCHER),)),
    OfficerSeed("13800000009", "沙晓办", (("shahe", Role.HANDLER),)),
    OfficerSeed("13800000010", "林守业", (("city.forest", Role.DISPATCHER), ("city.forest", Role.HANDLER))),
    OfficerSeed("13800000011", "玻小会", (("glass", Role.CHAIR), ("glass", Role.HANDLER))),
    OfficerSeed("13800000012", "宁建工", (("ningjin", Role.DISPATCHER), ("ningjin", Role.HANDLER))),
    OfficerSeed("13800000018", "祖志远", (("xiangdu", Role.ORGANISER),)),
    OfficerSeed("13800000016", "钱算清", (("city", Role.TREASURER), ("glass", Role.TREASURER))),
    OfficerSeed("13800000017", "申明白", (("city", Role.AUDITOR), ("glass", Role.AUDITOR))),
    OfficerSeed(
        "13800000013",
        "冀来分",
        (("province", Role.DISPATCHER), ("province", Role.HANDLER), ("province", Role.CHAIR)),
    ),
)
WORKERS = (
    ("13900000001", "王小满"),
    ("13900000002", "李春生"),
    ("13900000003", "赵木兰"),
    ("13900000004", "陈远山"),
    ("13900000005", "刘大勇"),
    ("13900000006", "杨柳青"),
    ("13900000007", "马千里"),
    ("13900000008", "吴秋月"),
)


def load(stdout: Any, size: str = "small") -> list[list[str]]:
    """Load the tree, its employers and people; return the sign-ins. A second run changes nothing."""
    if not UnionBody.objects.exists():
        with transaction.atomic():
            _load(now())
    if size == "large":
        load_large()
    return sign_ins()


def _load(moment: dt.datetime) -> None:
    employers = {key: _employer(number, *row, moment) for number, (key, row) in enumerate(EMPLOYERS.items())}
    bodies: dict[str, UnionBody] = {}
    for seed in BODIES:
        bodies[seed.key] = _body(seed, bodies, employers, moment)
    hashed = make_password(PASSWORD)
    for phone, name in WORKERS:
        _person(phone, name, hashed)
    for officer in OFFICERS:
        _officer(officer, bodies, hashed, moment)
    city_handler = User.objects.get_by_phone("13800000004")
    declare_affiliation(
        employer=employers["hospital"],
        from_on=dt.date(2019, 7, 1),
        until_on=local_date(moment),
        by=city_handler,
        now=moment,
    )


def demo_code(number: int, place: str) -> str:
    """Return a well-formed credit code of an invented enterprise: registered by the market authority."""
    organisation = f"MAXK{number:04d}"
    body = f"91{place}{organisation}{_organisation_check(organisation)}"
    return body + uscc.calc_check_digit(body)


def _organisation_check(code: str) -> str:
    """Return the check character of an organisation code (GB 11714)."""
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    values = [int(c) if c.isdigit() else ord(c) - 55 for c in code]
    left = 11 - sum(w * v for w, v in zip(weights, values, strict=True)) % 11
    return {10: "X", 11: "0"}.get(left, str(left))


def _employer(number: int, name: str, place: str, industry: str, size: str, moment: dt.datetime) -> Employer:
    return add_employer(
        name=name,
        place=place,
        credit_code=demo_code(number, place),
        industry=industry,
        size_band=size,
        is_confirmed=True,
        by=SYSTEM,
        now=moment,
    )


def _body(
    seed: BodySeed, bodies: dict[str, UnionBody], employers: dict[str, Employer], moment: dt.datetime
) -> UnionBody:
    return found_body(
        name=seed.name,
        level=seed.level,
        kind=seed.kind,
        place=seed.place,
        tenant=seed.tenant,
        parent=bodies.get(seed.above),
        line_parent=bodies.get(seed.line),
        employer=employers.get(seed.employer),
        phone=seed.phone,
        hours=HOURS if seed.level <= Level.COUNTY else "",
        accepts_appeals=seed.accepts,
        by=SYSTEM,
        now=moment,
    )


def _person(phone: str, name: str, hashed: str) -> User:
    person = User.objects.create_user(phone=phone, name=name, tenant=TENANT, phone_verified=True)
    person.password = hashed
    person.save(update_fields=["password"])
    return person


def _officer(seed: OfficerSeed, bodies: dict[str, UnionBody], hashed: str, moment: dt.datetime) -> None:
    person = _person(seed.phone, seed.name, hashed)
    first = local_date(moment).replace(year=local_date(moment).year - 1, month=1, day=1)
    for key, role in seed.posts:
        grant_post(
            body=bodies[key],
            user=person,
            role=role,
            from_on=first,
            until_on=first.replace(year=first.year + 5),
            by=SYSTEM,
            now=moment,
        )
    add_totp(user=person, secret=TOTP_SECRET)


def sign_ins() -> list[list[str]]:
    """Return who may sign in to the demo: who, mobile number, password, remark."""
    names = {seed.key: seed.name for seed in BODIES}
    rows = [[f"职工 {name}", phone, PASSWORD, ""] for phone, name in WORKERS[:2]]
    for officer in OFFICERS:
        posts = "、".join(f"{names[key]}{_ZH[role]}" for key, role in officer.posts)
        rows.append(
            [
                f"干部 {officer.name}",
                officer.phone,
                PASSWORD,
                f"{posts}；动态码：zhijia demo-code {officer.phone}",
            ]
        )
    return rows


_ZH = {
    Role.CHAIR: "主席",
    Role.DISPATCHER: "派单员",
    Role.HANDLER: "承办人",
    Role.HOTLINE_AGENT: "话务员",
    Role.SUPERVISOR: "督办人",
    Role.CUSTODIAN: "身份保管人",
    Role.ORGANISER: "组织员",
    Role.STEWARD: "职务管理员",
    Role.TREASURER: "财务",
    Role.AUDITOR: "经审委员",
}


# For measuring --------------------------------------------------------------------------------

BATCH = 5_000


def load_large(members: int = 200_000, employers: int = 600) -> int:
    """Add many workers without sign-in and many employers with a union, fast; return how many workers.

    Numbers continue from what is there, so a second run adds nothing.
    """
    _many_employers(employers)
    present = User.objects.filter(tenant=TENANT, is_officer=False).count() - len(WORKERS)
    for first in range(max(present, 0), members, BATCH):
        User.objects.bulk_create(_many_people(first, min(first + BATCH, members)))
    return members


def _many_people(first: int, last: int) -> Iterator[User]:
    for number in range(first, last):
        person = User(name=f"职工{number}", tenant=TENANT, phone_verified=True, password="!")  # noqa: S106
        person.set_phone(f"+86159{number:08d}")
        yield person


def _many_employers(count: int) -> None:
    """Add employers, each with a union below a county's federation."""
    counties = list(UnionBody.objects.filter(tenant=TENANT, level=Level.COUNTY, kind=F).order_by("id"))
    present = Employer.objects.filter(tenant=TENANT).count() - len(EMPLOYERS)
    wanted = [(n, counties[n % len(counties)]) for n in range(max(present, 0), count)]
    made = Employer.objects.bulk_create(
        Employer(
            tenant=TENANT,
            name=f"邢台测算{n:04d}号有限公司",
            place=county.place,
            industry="C",
            created_at=now(),
        )
        for n, county in wanted
    )
    EmployerGram.objects.bulk_create(
        (EmployerGram(tenant=TENANT, gram=piece, employer=e) for e in made for piece in set(grams(e.name))),
        batch_size=500,
    )
    bodies = UnionBody.objects.bulk_create(
        UnionBody(
            tenant=TENANT,
            name=f"{employer.name}工会",
            level=Level.GRASSROOTS,
            kind=G,
            place=county.place,
            employer=employer,
            path=f"new-{employer.pk}/",
            depth=county.depth + 1,
        )
        for employer, (_, county) in zip(made, wanted, strict=True)
    )
    for body, (_, county) in zip(bodies, wanted, strict=True):
        body.path = f"{county.path}{body.pk}/"
    UnionBody.objects.bulk_update(bodies, ["path"], batch_size=500)
