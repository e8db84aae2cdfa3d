"""Rosters as people keep them: read from spreadsheets, compared with what is known, written back.

Everything but `carry_out` is pure: bytes and the known roster come in, rows and problems go out.
"""
