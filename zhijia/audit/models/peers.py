"""Servers of other unions for which this one is the witness."""

from django.db import models

from zhijia.audit.models.chain import Final


class Peer(Final):
    """A server whose heads we keep."""

    name = models.CharField(max_length=60)
    added_at = models.DateTimeField()

    class Meta(Final.Meta):
        constraints = [models.UniqueConstraint(fields=["name"], name="audit_peer_once")]


class PeerKey(Final):
    """A public key of a peer: the one that its people told us, and those that it led to."""

    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="keys")
    key_id = models.CharField(max_length=16)
    public = models.CharField(max_length=64)
    announcement = models.TextField(blank=True)

    class Meta(Final.Meta):
        constraints = [models.UniqueConstraint(fields=["key_id"], name="audit_peer_key_once")]


class PeerHead(Final):
    """A signed head of a peer, as it was shown to us."""

    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="heads")
    tenant = models.PositiveIntegerField()
    seq = models.PositiveBigIntegerField()
    hash = models.CharField(max_length=64)
    statement = models.TextField()
    received_at = models.DateTimeField()

    class Meta(Final.Meta):
        indexes = [models.Index(fields=["peer", "tenant", "seq"], name="audit_peer_heads")]
