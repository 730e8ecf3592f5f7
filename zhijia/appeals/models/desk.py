"""What a body keeps for its desk: promises, saved replies, published answers."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhijia.appeals.enums import Clock, Urgency
from zhijia.appeals.models.appeal import Appeal
from zhijia.appeals.models.category import Category
from zhijia.core.models import TenantModel
from zhijia.unions.models import UnionBody

PROMISE_UNITS = [("hour", _("hours")), ("working_day", _("working days")), ("day", _("days"))]


class BodyPromise(TenantModel):
    """How fast a body promises to be; never later than the law."""

    body = models.ForeignKey(UnionBody, models.PROTECT, db_index=False, related_name="+")
    urgency = models.CharField(_("urgency"), max_length=14, choices=Urgency)
    clock = models.CharField(_("clock"), max_length=5, choices=Clock)
    amount = models.PositiveSmallIntegerField(_("amount"))
    unit = models.CharField(_("unit"), max_length=11, choices=PROMISE_UNITS)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "body", "urgency", "clock"], name="one_promise_each"),
            models.CheckConstraint(condition=Q(amount__gte=1), name="promise_positive"),
        ]


class SavedReply(TenantModel):
    """A text an officer can start from."""

    body = models.ForeignKey(UnionBody, models.PROTECT, db_index=False, related_name="+")
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, db_index=False, verbose_name=_("category")
    )
    title = models.CharField(_("title"), max_length=80)
    text = models.TextField(_("text"))
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "body", "title"], name="saved_reply_title_once")
        ]


class PublishedAnswer(TenantModel):
    """A question and its answer, without names, for everybody to read."""

    appeal = models.ForeignKey(
        Appeal, models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )
    body = models.ForeignKey(UnionBody, models.PROTECT, db_index=False, related_name="+")
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, db_index=False)
    title = models.CharField(_("title"), max_length=80)
    question = models.TextField(_("question"))
    answer = models.TextField(_("answer"))
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "appeal"],
                condition=Q(withdrawn_at=None) & ~Q(appeal=None),
                name="answer_published_once",
            )
        ]
        indexes = [models.Index(fields=["tenant", "category", "-published_at"], name="published_by_category")]
