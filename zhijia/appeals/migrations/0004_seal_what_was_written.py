"""Seal every text in clear under a key of its matter, and every author.

The platform keeps the keys in the place of the officers until they have keys of their own. Receipts
were derived from the matter until now, so each can be worked out once more and given its own key; after
this migration nobody can work out a receipt. What was derived stands here as it was.
"""

from importlib import import_module

from django.db import migrations
from stdnum import luhn

from zhijia.core.boxes import new_pair, open_with, seal_to
from zhijia.core.receipts import keys_of
from zhijia.core.sealing import blind_index, keyed_digest, seal, seal_under, unseal

TEXTS = import_module("zhijia.appeals.migrations.0003_sealed_texts").TEXTS


def receipt_of(public_id):
    """Return the receipt as it was derived before it became random."""
    mac = keyed_digest(str(public_id).encode(), purpose="receipt")
    body = str(int.from_bytes(mac[:16], "big") % 10**19).zfill(19)
    return body + luhn.calc_check_digit(body)


def part_place(row):
    return f"vault|{row.tenant}|{row.owner}|{row.part}"


def key_place(row, to):
    return f"part-key|{part_place(row)}|{to}"


class Sealer:
    def __init__(self, apps):
        self.model = lambda label: apps.get_model(*label.split("."))
        self.parts, self.keys = self.model("vault.SealedPart"), self.model("vault.PartKey")
        self.own, self.lookups = self.model("appeals.OwnMatter"), self.model("appeals.ReceiptLookup")

    def matter(self, row):
        owner, receipt = f"appeal:{row.public_id}", self.receipt(row)
        author = row.author
        for name in ("narrative", "evidence"):
            made = self.part(row, owner, name, {"group": "desk", "body": row.handling_body_id}, b"{}", receipt)
            if name == "narrative":
                row.narrative_public = made.public
        self.person(row, owner, receipt, author)
        changes = {"narrative_public": row.narrative_public}
        if author is not None:
            changes["author_sealed"] = self.author(row, author)
        for name in TEXTS["appeal"]:
            changes[name] = sealed(row.narrative_public, getattr(row, f"{name}_plain"), "appeal", name, owner)
        type(row).objects.filter(pk=row.pk).update(**changes)

    def receipt(self, row):
        former = receipt_of(row.public_id)
        lookup = self.lookups.objects.filter(receipt_index=blind_index(former, purpose="receipt"))
        if not lookup.exists():
            return b""
        keys = keys_of(former)
        lookup.update(receipt_index=keys.index)
        return keys.key

    def part(self, row, owner, name, readers, text, receipt):
        pair = new_pair()
        part = self.parts(
            tenant=row.tenant, owner=owner, part=name, public=pair.public, sealed_at=row.received_at,
            changed_at=row.received_at, **readers,
        )
        part.content = seal_to(pair.public, text, place=part_place(part))
        part.save(force_insert=True)
        self.to_platform(part, pair.private)
        self.to_receipt(part, pair.private, receipt)
        return part

    def to_platform(self, part, private):
        box = seal(private, purpose="part-key", place=key_place(part, "platform"))
        self.keys.objects.create(
            tenant=part.tenant, part=part, to="platform", box=box, granted_at=part.sealed_at
        )

    def to_receipt(self, part, private, receipt):
        if receipt:
            box = seal_under(receipt, private, place=key_place(part, "receipt"))
            self.keys.objects.create(
                tenant=part.tenant, part=part, to="receipt", box=box, granted_at=part.sealed_at
            )

    def person(self, row, owner, receipt, author):
        import json

        group = {"group": "desk" if row.confidentiality == "named" else "custody", "body": row.handling_body_id}
        part = self.parts.objects.filter(
            tenant=row.tenant, owner=owner, part="complainant", erased_at=None
        ).first()
        if part is None:
            if author is not None:
                told = json.dumps({"name": author.name, "mobile": phone_of(author)}, ensure_ascii=False)
                self.part(row, owner, "complainant", group, told.encode(), receipt)
            return
        self.parts.objects.filter(pk=part.pk).update(**group)
        key = self.keys.objects.get(tenant=part.tenant, part=part, to="platform")
        private = unseal(key.box, purpose="part-key", place=key_place(part, "platform"))
        self.to_receipt(part, private, receipt)
        told = json.loads(open_with(private, part.content, place=part_place(part)))
        if told.get("mobile") and author is None:
            text = json.dumps({"mobile": told["mobile"]}).encode()
            self.part(row, owner, "contact", {"group": "", "body": None}, text, receipt)

    def author(self, row, author):
        index = blind_index(f"user:{author.pk}", purpose="own-matters")
        text = seal(row.public_id.bytes, purpose="own-matters", place=f"own-matters|{index}")
        self.own.objects.create(index=index, tenant=row.tenant, sealed=text)
        place = f"appeal-author|{row.public_id}"
        return seal(str(author.pk).encode(), purpose="appeal-author", place=place)

    def steps(self, model, names):
        rows = self.model(f"appeals.{model}").objects.select_related("appeal")
        for row in rows.iterator(chunk_size=500):
            public, owner = bytes(row.appeal.narrative_public), f"appeal:{row.appeal.public_id}"
            changes = {
                name: sealed(public, getattr(row, f"{name}_plain"), model, name, owner) for name in names
            }
            changes |= self.nameless(model, row, owner)
            type(row).objects.filter(pk=row.pk).update(**changes)

    def nameless(self, model, row, owner):
        """Write down the author's own deeds as the worker's, not as the account's."""
        column = {"talk": "author", "rating": "rated_by", "routingstep": "moved_by"}.get(model)
        own = column and row.appeal.author_id and getattr(row, column) == f"user:{row.appeal.author_id}"
        return {column: f"receipt:{owner}"} if own else {}


def phone_of(author):
    if not bytes(author.phone_sealed):
        return ""
    place = f"accounts_user|phone|{author.phone_index}"
    return unseal(author.phone_sealed, purpose="phone", place=place).decode()


def sealed(public, text, model, name, owner):
    """Return the column's bytes; nothing of an erased matter."""
    if not text or not public:
        return b""
    return seal_to(public, text.encode(), place=f"appeals.{model}|{name}|{owner}")


def seal_all(apps, schema_editor):
    sealer, appeals = Sealer(apps), apps.get_model("appeals", "Appeal")
    for row in appeals.objects.filter(erased_at=None).select_related("author").iterator(chunk_size=500):
        sealer.matter(row)
    for model, names in TEXTS.items():
        if model != "appeal":
            sealer.steps(model, names)
    files = apps.get_model("attachments", "Attachment")
    for row in appeals.objects.exclude(author=None).iterator(chunk_size=500):
        owner = f"appeal:{row.public_id}"
        files.objects.filter(owner=owner, added_by=f"user:{row.author_id}").update(added_by=f"receipt:{owner}")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_accounts"),
        ("appeals", "0003_sealed_texts"),
        ("attachments", "0001_attachments"),
        ("vault", "0004_erased_means_empty"),
    ]

    operations = [migrations.RunPython(seal_all, migrations.RunPython.noop)]
