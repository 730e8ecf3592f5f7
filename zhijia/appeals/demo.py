"""Demo appeals: invented matters in every state, made through the real services on past days.

People, firms and stories are made up. ``load_many`` adds a crowd for measuring, without services.
"""

import datetime as dt
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from zhijia.accounts.models import User
from zhijia.appeals import services as s
from zhijia.appeals.enums import Channel, Confidentiality, Kind, Opinion, State, Urgency
from zhijia.appeals.models import Appeal, Assignment, Category, OwnMatter, Rating, Reply
from zhijia.appeals.permissions import CONTENT, NARRATIVE
from zhijia.appeals.services.submitting import headline
from zhijia.core.actors import ReceiptHolder
from zhijia.core.boxes import new_pair, seal_to
from zhijia.core.clock import now as present
from zhijia.core.journal import paused
from zhijia.notifications.services import inside_only
from zhijia.unions.demo import PASSWORD
from zhijia.unions.models import Employer, UnionBody
from zhijia.vault.enums import Group
from zhijia.vault.keys import Readers, holders_for, pairs_in_use, part_keys
from zhijia.vault.models import PartKey, SealedPart
from zhijia.vault.services import hand_on_keys, open_user_key

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
WORKERS = [f"1390000000{n}" for n in range(1, 9)]
DESKS = {"沙河市总工会": ("13800000008", "13800000009"), "宁晋县总工会": ("13800000012", "13800000012")}
CITY = ("13800000002", "13800000003")
SECOND = "13800000004"
SUPERVISOR = "13800000006"
CHAIR = "13800000007"
AGENT = "13800000005"
CUSTODIANS = ("13800000014", "13800000015")
HELD = ("13800000001", "13800000008", "13800000009", "13800000012")
"""Officers of the province and of the counties who have keys."""


LATELY, EARLIER = 48, 60
"""Closed everyday matters of the last weeks, and of the quarters whose figures are public already."""
SAVED_REPLIES = (
    (
        "WAGE.ARREARS",
        "欠薪：已约谈单位",
        "我们已到单位核实，单位承认拖欠工资，承诺于　月　日前付清。"
        "到期没有收到，请在这里告诉我们，我们会陪您到劳动监察部门投诉。",
    ),
    (
        "INJURY",
        "工伤：申报办法",
        "受伤之日起三十日内由单位申报工伤；单位不报的，您本人一年内可以直接申报。我们可以帮您准备材料。",
    ),
    (
        "",
        "请补充材料",
        "为了尽快办理，请补充：入职时间、工作地点、工资条或聊天记录的照片。"
        "补充之前暂停计时，不影响您的权利。",
    ),
)


@dataclass(frozen=True)
class Story:
    """One invented matter and how far it has come."""

    days_ago: int
    stage: str
    category: str
    text: str
    employer: str = ""
    place: str = "130500"
    worker: int | None = None
    """Index of the worker; None: without a name."""
    wish: str = ""
    people: int = 1
    circumstances: tuple[str, ...] = ()
    answer: str = "我们已与单位核实并督促整改，请您留意到账情况，有问题随时联系。"
    more: dict[str, Any] = field(default_factory=dict)


STORIES = (
    Story(0, "received", "WAGE.ARREARS", "工地上八个人干了两个月，包工头说没有结算，一分钱没给。"
          "孩子开学等着用钱。", "河北磐石建筑劳务有限公司", people=8, circumstances=("arrears", "no_money")),
    Story(1, "received", "HOURS", "连续三周没有休息，加班费也没有算，说是自愿加班。",
          "沙河明澈玻璃有限公司", "130582", 0),
    Story(0, "received", "SAFETY", "窑炉车间温度太高，排风扇坏了半个月没人修，昨天有人中暑。",
          "沙河明澈玻璃有限公司", "130582", circumstances=("danger",)),
    Story(3, "received", "CONTRACT.NONE", "干了半年没有签合同，问了几次都说再等等。",
          "邢台疾风快递服务有限公司", "130502", 1),
    Story(2, "accepted", "INSURANCE", "入职一年多，单位一直没有给我交养老保险。",
          "宁晋恒联电缆制造有限公司", "130528", 2),
    Story(2, "assigned", "WOMEN", "怀孕七个月还安排我上夜班，请求调整。",
          "清河暖云羊绒纺织有限公司", worker=3, circumstances=("pregnant",)),
    Story(4, "handling", "WAGE.OVERTIME", "国庆节三天加班，只按平时工资发。",
          "邢台平安护航保安服务有限公司", worker=4),
    Story(5, "handling", "INJURY", "在车间被砸伤脚，单位不愿意申报工伤。",
          "威县驰远汽车零部件有限公司", worker=5, circumstances=("injured",)),
    Story(6, "waiting", "CONTRACT.TERMINATION", "上周突然通知我不用来了，没有说理由。",
          "威县家味餐饮管理有限公司", worker=0,
          more={"question": "请补充入职时间，并上传通知或聊天记录的照片。"}),
    Story(9, "suspended", "WAGE.ARREARS", "公司欠我五个月工资，已经去申请仲裁了，想请工会帮忙。",
          "河北磐石建筑劳务有限公司", worker=6),
    Story(8, "replied", "WAGE.BELOW_MINIMUM", "每个月到手不到两千，问是不是低于最低工资。",
          "信都区洁美家政服务部", worker=0,
          answer="经核算，您的工资低于当地最低工资标准，已督促单位按标准补足差额，下月工资一并发放。"),
    Story(7, "replied", "MEMBERSHIP", "我是骑手，没有固定单位，怎么加入工会？", place="130502", worker=1,
          answer="您可以直接加入襄都区快递外卖行业联合工会，带身份证到区总工会窗口，或在手机上申请。"),
    Story(20, "confirmed", "WAGE.ARREARS", "年底辞职后最后一个月工资一直不发。",
          "沙河明澈玻璃有限公司", "130582", 0,
          answer="单位已于本周将所欠工资转入您的账户，请查收。", more={"publish": True}),
    Story(24, "confirmed", "HOURS", "单位不让休年假，也不给折算工资，可以吗？", worker=2,
          answer="连续工作满一年就有带薪年休假。确实安排不了的，要按日工资的三倍支付，其中已含正常工资。",
          more={"publish": True}),
    Story(28, "confirmed", "INSURANCE", "换了单位，养老保险怎么接着交？", worker=3,
          answer="新单位在入职三十日内为您办理参保，缴费年限累计计算，不用自己转。", more={"publish": True}),
    Story(35, "unconfirmed", "BENEFIT", "户外站点的饮水机坏了，想请工会修一下。", place="130502"),
    Story(14, "reopened", "WAGE.DEDUCTION", "迟到五分钟扣一天工资，合理吗？",
          "邢台平安护航保安服务有限公司", worker=5,
          answer="已向单位了解情况。", more={"comment": "只说了解情况，没有告诉我结果。"}),
    Story(26, "unsatisfied", "DEMOCRACY", "单位改薪酬办法没有开过职代会。",
          "威县驰远汽车零部件有限公司", worker=6),
    Story(30, "under_review", "LAYOFF", "裁员补偿少算了两年工龄。", "宁晋恒联电缆制造有限公司", "130528", 7),
    Story(11, "refused", "OTHER", "小区停车位收费太贵，希望管一管。", worker=4,
          more={"ground": "outside_scope", "notice": "这件事由住建部门负责，请拨打12345反映。"}),
    Story(13, "referred", "SAFETY", "旁边化工厂晚上排放刺鼻气体，影响上班的人。", worker=7,
          more={"notice": "已转生态环境部门，电话12369，受理编号会发给您。"}),
    Story(16, "handling", "DISPATCH", "派遣工和正式工干一样的活，工资差一半。",
          "邢台平安护航保安服务有限公司", more={"supervise": "请于三日内报告办理情况。"}),
    Story(5, "counter", "AID", "爱人住院花费大，想申请困难帮扶。",
          place="130502", more={"name": "孙来顺", "mobile": "13700000001"}),
    Story(3, "hotline", "INJURY", "来电反映：送餐途中摔伤，平台说不管。",
          place="130502", circumstances=("injured",),
          more={"name": "郭小路", "mobile": "13700000002"}),
)  # fmt: skip


def load(stdout: Any, size: str = "small") -> list[list[str]]:
    """File the invented matters; return no sign-ins. Skipped when there are appeals already."""
    if not Appeal.objects.exists():
        start = present()
        _keys(start)
        with inside_only(), paused():
            for number, story in enumerate(STORIES):
                Player(story, number, start).play()
            for number in range(LATELY + EARLIER):
                Player(_ordinary(number), 100 + number, start).play()
        _saved_replies(start)
    if size == "large":
        load_many(100_000, start=present())
    return []


def _keys(now: dt.datetime) -> None:
    """Give everybody a key that opens with the password of the demo, and the offices theirs."""
    officers = [_person(phone) for phone in (*CITY, SECOND, SUPERVISOR, CHAIR, *CUSTODIANS, *HELD, *WORKERS)]
    for officer in dict.fromkeys(officers):
        officer.private_key = open_user_key(user=officer, password=PASSWORD, now=now)  # type: ignore[attr-defined]
    for _turn in range(2):  # the second time everybody has a key that can be handed on
        for officer in officers:
            if getattr(officer, "private_key", b""):
                hand_on_keys(by=officer, now=now)


def _saved_replies(now: dt.datetime) -> None:
    """Give the city's officers texts to start an answer from."""
    city = UnionBody.objects.get(name="邢台市总工会")
    for category, title, text in SAVED_REPLIES:
        kind = _known(category) if category else ""
        s.save_reply(body=city, title=title, text=text, category=kind, by=_person(CITY[0]), now=now)


def _ordinary(number: int) -> Story:
    """Return one of many closed everyday matters, for the figures."""
    chance = random.Random(number)  # noqa: S311  (demo data)
    kinds = ("WAGE.ARREARS", "WAGE.OVERTIME", "INSURANCE", "CONTRACT.NONE", "HOURS", "BENEFIT", "INJURY")
    employers = (
        "沙河明澈玻璃有限公司",
        "河北磐石建筑劳务有限公司",
        "邢台疾风快递服务有限公司",
        "宁晋恒联电缆制造有限公司",
        "",
    )
    texts = (
        "工资晚发了，想问什么时候补。",
        "加班没有算钱，请帮忙问一下。",
        "社保断缴了两个月，怎么补？",
        "合同没有给我一份。",
    )
    stage = chance.choices(("confirmed", "unconfirmed", "unsatisfied"), (8, 1, 1))[0]
    days_ago = chance.randint(22, 75) if number < LATELY else chance.randint(100, 330)
    return Story(
        days_ago, stage, chance.choice(kinds), chance.choice(texts), chance.choice(employers),
        chance.choice(("130500", "130582", "130528")), chance.randrange(8) if number % 3 else None,
    )  # fmt: skip


class Player:
    """Plays one story through the services."""

    def __init__(self, story: Story, number: int, start: dt.datetime) -> None:
        self.story, self.number = story, number
        morning = start.replace(hour=1, minute=10 + number % 45, second=0, microsecond=0)
        self.at = min(morning, start) - story.days_ago * DAY
        self.latest = start
        self.appeal: Appeal

    def play(self) -> None:
        """File the matter and bring it to its stage."""
        self._file()
        stages: dict[str, Callable[[], Any]] = {
            "accepted": self._accept, "assigned": self._assign, "handling": self._sign, "waiting": self._ask,
            "suspended": self._suspend, "replied": self._reply, "confirmed": self._confirm,
            "unconfirmed": self._silence, "unsatisfied": self._unsatisfied, "reopened": self._reopen,
            "under_review": self._review, "refused": self._refuse, "referred": self._refer,
        }  # fmt: skip
        stages.get(self.story.stage, lambda: None)()

    def _file(self) -> None:
        story = self.story
        entered = story.stage in ("counter", "hotline")
        employer = Employer.objects.filter(name=story.employer).first() if story.employer else None
        named = entered or story.worker is not None
        told = s.Submission(
            text=story.text, wish=story.wish, category=_known(story.category),
            employer_id=employer.pk if employer else None,
            place=story.place, people_count=story.people, circumstances=story.circumstances,
            confidentiality=Confidentiality.SEALED if named else Confidentiality.ANONYMOUS,
            channel=story.stage if entered else Channel.WEB,
            consents_to_publishing=bool(story.more.get("publish")),
            name=story.more.get("name", ""), mobile=story.more.get("mobile", ""),
        )  # fmt: skip
        by = _person(AGENT) if entered else self._author()
        file = s.enter_appeal if entered else s.submit_appeal
        answer, _fresh = file(submission=told, key=f"demo-{self.number:020d}", by=by, now=self.at)
        self.appeal = Appeal.objects.get(public_id=answer["public_id"])

    def _author(self) -> Any:
        if self.story.worker is None:
            return ReceiptHolder(matter=(getattr(self, "appeal", None) and self.appeal.owner) or "demo")
        return _person(WORKERS[self.story.worker])

    def _step(self, service: Callable[..., Any], by: Any, after: dt.timedelta, **told: Any) -> None:
        self.at = min(self.at + after, self.latest)
        service(appeal_id=self.appeal.pk, by=by, now=self.at, **told)

    @property
    def _desk(self) -> tuple[User, User]:
        dispatcher, handler = DESKS.get(self.appeal.handling_body.name, CITY)
        return _person(dispatcher), _person(handler)

    def _accept(self) -> None:
        self._step(s.accept_appeal, self._desk[0], 2 * HOUR)

    def _assign(self) -> None:
        self._accept()
        dispatcher, handler = self._desk
        self._step(s.assign_appeal, dispatcher, HOUR, handler_id=handler.pk)

    def _sign(self) -> None:
        self._assign()
        self._step(s.sign_for_appeal, self._desk[1], HOUR)
        if "supervise" in self.story.more:
            self._step(s.supervise_appeal, _person("13800000001"), DAY, demand=self.story.more["supervise"])

    def _ask(self) -> None:
        self._sign()
        self._step(s.ask_worker, self._desk[1], HOUR, question=self.story.more["question"])

    def _suspend(self) -> None:
        self._sign()
        self._step(
            s.suspend_appeal, self._desk[1], HOUR, reason="arbitration",
            explanation="劳动人事争议仲裁委员会已立案，等裁决后继续。",
        )  # fmt: skip

    def _reply(self) -> None:
        self._sign()
        pause = DAY * (1 + self.number * 7 % 5) + HOUR * (self.number % 6)
        self._step(s.reply_to_appeal, self._desk[1], pause, text=self.story.answer, opinion=Opinion.SUPPORTED)

    def _rate(self, result: str, **told: Any) -> None:
        self._step(s.rate_reply, self._author(), DAY, result=result, attitude="satisfied", **told)

    def _confirm(self) -> None:
        self._reply()
        self._rate("satisfied" if self.number % 4 else "basically")
        if self.story.more.get("publish"):
            s.publish_answer(
                appeal_id=self.appeal.pk, title=headline(self.story.text), question=self.story.text,
                answer=self.story.answer, checked_marks=True, by=self._desk[0], now=self.at,
            )  # fmt: skip

    def _silence(self) -> None:
        self._reply()
        s.close_silent(min(self.at + 18 * DAY, self.latest))

    def _unsatisfied(self) -> None:
        self._reply()
        self._rate("dissatisfied", reopen=False)

    def _reopen(self) -> None:
        self._reply()
        self._rate("dissatisfied", comment=self.story.more.get("comment", ""))

    def _review(self) -> None:
        self._unsatisfied()
        self._step(s.ask_review, self._author(), DAY, reason="答复没有说明为什么少算两年。")

    def _refuse(self) -> None:
        told = {name: self.story.more[name] for name in ("ground", "notice")}
        self._step(s.refuse_appeal, self._desk[0], 3 * HOUR, **told)

    def _refer(self) -> None:
        self._step(s.refer_appeal, self._desk[0], 3 * HOUR, notice=self.story.more["notice"])


def _known(code: str) -> str:
    """Return the code, or its parent's where the tree has no such leaf."""
    found = (
        Category.objects.filter(code__in=[code, code.split(".")[0]], is_active=True).order_by("-code").first()
    )
    return found.code if found else ""


def _person(phone: str) -> User:
    return User.objects.get_by_phone(phone)


# For measuring --------------------------------------------------------------------------------

BATCH = 2_000
CROWD_STATES = (
    State.RECEIVED,
    State.ACCEPTED,
    State.HANDLING,
    State.REPLIED,
    State.CONFIRMED,
    State.UNCONFIRMED,
)
CROWD_SHARES = (2, 2, 4, 4, 78, 10)
PHRASES = (
    "单位一直拖着工资不发", "加班没有加班费", "合同到期不续也不给补偿", "社保交得比实际工资低",
    "车间没有防护用品",
    "领导说再闹就开除", "已经问过人事三次", "希望工会帮忙协调", "同事也有一样的情况", "有工资条和聊天记录",
)  # fmt: skip


def load_many(count: int, *, start: dt.datetime) -> int:
    """Add a crowd of generated appeals of one tenant, fast, without services; return how many."""
    chance = random.Random(7)  # noqa: S311  (demo data)
    bodies = list(UnionBody.objects.filter(tenant=13, accepts_appeals=True, employer=None))
    employers = list(Employer.objects.filter(tenant=13)[:600])
    people = list(User.objects.filter(tenant=13, is_officer=False).values_list("pk", flat=True)[:50_000])
    pairs = pairs_in_use(h for body in bodies for h in holders_for(Readers(group=Group.DESK, body=body)))
    categories = list(Category.objects.all())
    handlers = list(User.objects.filter(is_officer=True).order_by("pk")[2:12])
    made = 0
    while made < count:
        size = min(BATCH, count - made)
        batch = [
            _one(chance, made + n, start, chance.choice(bodies), employers, categories, handlers)
            for n in range(size)
        ]
        _seal(batch, pairs, chance, people)
        _followers(batch, chance)
        made += size
    return made


def _one(
    chance: random.Random, number: int, start: dt.datetime, body: UnionBody, employers: list[Employer],
    categories: list[Category], handlers: list[User],
) -> Appeal:  # fmt: skip
    state = chance.choices(CROWD_STATES, CROWD_SHARES)[0]
    is_open = state in (State.RECEIVED, State.ACCEPTED, State.HANDLING)
    received = start - dt.timedelta(minutes=chance.randrange(60, 20_000 if is_open else 1_000_000))
    answered = None if is_open else received + dt.timedelta(hours=chance.randrange(4, 500))
    text = "，".join(chance.sample(PHRASES, 6)) + f"。第{number}件。"
    return Appeal(
        tenant=13, number=f"99{number:09d}", channel=Channel.WEB, confidentiality=Confidentiality.SEALED,
        kind=Kind.HELP, category=chance.choice(categories), urgency=chance.choice(Urgency.values),
        score=chance.randrange(0, 80), subject=text[:24], text=text * 2, employer=chance.choice(employers),
        place=body.place, state=state, handling_body=body,
        handler=chance.choice(handlers) if state not in (State.RECEIVED, State.ACCEPTED) else None,
        received_at=received, round_started_at=received,
        accepted_at=None if state == State.RECEIVED else received + HOUR,
        first_due_at=received + 3 * DAY, final_due_at=received + 20 * DAY, first_responded_at=received + HOUR,
        replied_at=answered, closed_at=answered if state in (State.CONFIRMED, State.UNCONFIRMED) else None,
        changed_at=answered or received, retained_until_on=(start + 1000 * DAY).date(),
    )  # fmt: skip


def _seal(batch: list[Appeal], pairs: dict[str, Any], chance: random.Random, people: list[int]) -> None:
    """Write a batch with its sealed parts, their keys and its authors, a statement for each table."""
    parts, keys, own = [], [], []
    for appeal in batch:
        readers = Readers(group=Group.DESK, body=appeal.handling_body)
        for name in CONTENT:
            pair, author = new_pair(), chance.choice(people)
            part = SealedPart(
                tenant=13, owner=appeal.owner, part=name, group=Group.DESK, body=appeal.handling_body_id,
                public=pair.public, sealed_at=appeal.received_at, changed_at=appeal.received_at,
            )  # fmt: skip
            part.content = seal_to(pair.public, b"{}", place=part.place)
            parts.append(part)
            keys += part_keys(part, pair.private, readers, pairs, appeal.received_at)
            if name == NARRATIVE:
                appeal.narrative_public = pair.public
                appeal.seal_author(author)
                own.append(OwnMatter.of(author, appeal))
    SealedPart.objects.bulk_create(parts)
    PartKey.objects.bulk_create(keys)
    OwnMatter.objects.bulk_create(own)
    Appeal.objects.bulk_create(batch)


def _followers(batch: list[Appeal], chance: random.Random) -> None:
    """Add the assignments, replies and ratings that belong to the batch."""
    in_hand = [(a, a.handler_id) for a in batch if a.handler_id]
    Assignment.objects.bulk_create(
        Assignment(tenant=13, appeal=a, round=1, handler_id=handler_id, assigned_at=a.received_at,
                   assigned_by="system", signed_at=a.received_at, ended_at=None)
        for a, handler_id in in_hand
    )  # fmt: skip
    Reply.objects.bulk_create(_replies(batch))
    Rating.objects.bulk_create(
        Rating(tenant=13, appeal=a, round=1, result=chance.choices(("satisfied", "basically"), (9, 1))[0],
               attitude="satisfied", rated_at=a.closed_at, rated_by="crowd")
        for a in batch
        if a.state == State.CONFIRMED and a.closed_at
    )  # fmt: skip


def _replies(batch: list[Appeal]) -> Iterator[Reply]:
    for appeal in batch:
        if appeal.replied_at:
            yield Reply(
                tenant=13, appeal=appeal, round=1, text="已核实并督促单位整改。", opinion=Opinion.SUPPORTED,
                replied_by="crowd", replied_at=appeal.replied_at,
            )  # fmt: skip
