"""Zhijia 职家: an online Workers' Home for trade unions."""
