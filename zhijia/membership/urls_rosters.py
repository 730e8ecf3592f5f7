"""Addresses of rosters and possible duplicates; included in those of membership."""

from django.urls import path

from zhijia.membership.views import pairs, rosters

urlpatterns = [
    path("rosters/", rosters.rosters, name="rosters"),
    path("rosters/new/", rosters.new_roster, name="roster_new"),
    path("rosters/<int:roster_id>/", rosters.roster, name="roster"),
    path("rosters/<int:roster_id>/columns/", rosters.columns, name="roster_columns"),
    path("rosters/<int:roster_id>/sheet/", rosters.sheet, name="roster_sheet"),
    path("rosters/<int:roster_id>/write/", rosters.write, name="roster_write"),
    path("rosters/<int:roster_id>/drop/", rosters.drop, name="roster_drop"),
    path("rosters/<int:roster_id>/rows-to-mend.xlsx", rosters.corrected, name="roster_corrected"),
    path("duplicates/", pairs.pairs, name="pairs"),
    path("duplicates/<int:pair_id>/", pairs.pair, name="pair"),
    path("duplicates/<int:pair_id>/apart/", pairs.apart, name="pair_apart"),
]
