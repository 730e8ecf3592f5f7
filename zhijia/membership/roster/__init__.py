"""Rosters of a unit, a county, a city: reading what spreadsheets did to them, checking, writing."""
