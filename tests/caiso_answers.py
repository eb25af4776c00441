"""Answers of OASIS that tests write down: zips of files, errors, rows of prices."""

from __future__ import annotations

from zips import zipped

HEADER = (
    "INTERVALSTARTTIME_GMT,INTERVALENDTIME_GMT,OPR_DT,OPR_HR,NODE_ID_XML,NODE_ID,NODE,MARKET_RUN_ID,LMP_TYPE,"
    "XML_DATA_ITEM,PNODE_RESMRID,GRP_TYPE,POS,{},OPR_INTERVAL,GROUP"
)


def error(code: int, words: str) -> bytes:
    """A refusal."""
    return zipped({"20260701_INVALID_REQUEST.xml": bare_error(code, words)})


def bare_error(code: int, words: str) -> bytes:
    """The document of a refusal, not zipped."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><m:OASISReport xmlns:m="http://www.caiso.com/soa/OASISReport_v1.xsd">'
        f"<m:MessagePayload><m:RTO><m:ERROR><m:ERR_CODE>{code}</m:ERR_CODE><m:ERR_DESC>{words}</m:ERR_DESC>"
        "</m:ERROR></m:RTO></m:MessagePayload></m:OASISReport>"
    ).encode()


def price(hour: int, word: str, value: float, node: str = "TH_SP15_GEN-APND", *, run: str = "DAM") -> str:
    """One component of a price of 2026-07-01, by its hour in GMT."""
    stamps = f"2026-07-01T{hour:02}:00:00-00:00,2026-07-01T{hour + 1:02}:00:00-00:00,2026-07-01,{hour - 6}"
    return f"{stamps},{node},{node},{node},{run},{word},{word}_X,{node},ALL,0,{value},0,1"


def prices(*lines: str, value: str = "MW") -> bytes:
    """A file of prices; ``value`` is the name of the value's column."""
    return "\n".join([HEADER.format(value), *lines, ""]).encode()
