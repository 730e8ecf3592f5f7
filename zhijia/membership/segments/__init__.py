"""Groups of members that are saved as a question and answered anew each time: "to whom".

Other apps use ``audience`` and nothing else here; see ``docs/how-to/use-groups-of-members.md``.
"""

from zhijia.membership.segments.audience import Audience, audience, describe, segment_seen_by, segments_for

__all__ = ["Audience", "audience", "describe", "segment_seen_by", "segments_for"]
