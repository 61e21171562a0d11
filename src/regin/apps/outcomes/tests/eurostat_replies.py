"""A server on loopback that answers as Eurostat publishes that it does; nothing was recorded."""

from __future__ import annotations

import gzip
from urllib.parse import urlencode

from regin.apps.common.tests.file_server import FileServer, Reply
from regin.apps.outcomes.tests.factories import USUAL

PACKED = {"Content-Type": "application/gzip"}
TOO_BIG = (
    b'<?xml version="1.0" encoding="UTF-8"?><S:Fault '
    b'xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><faultcode>413</faultcode>'
    b"<faultstring>EXTRACTION_TOO_BIG: The requested extraction is too big, estimated 420709314 "
    b"rows, max authorised is 5000000, please change your filters to reduce the extraction size"
    b"</faultstring></S:Fault>"
)
UNKNOWN = (
    b'<?xml version="1.0" encoding="UTF-8"?><S:Fault '
    b'xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><faultcode>404</faultcode>'
    b"<faultstring>ERR_NOT_FOUND_4: The requested dataset is not available.</faultstring></S:Fault>"
)
QUEUED = (
    b'<env:Envelope xmlns:env="http://schemas.xmlsoap.org/soap/envelope/"><env:Header/><env:Body>'
    b'<ns0:syncResponse xmlns:ns0="http://estat.ec.europa.eu/disschain/soap/extraction"><queued>'
    b"<id>20a8a1b2</id><status>SUBMITTED</status></queued></ns0:syncResponse></env:Body>"
    b"</env:Envelope>"
)
WRONG = b'{"error":[{"status":400,"id":150,"label":"INVALID_QUERY_DIMENSION: unknown dimension."}]}'
LATER = (
    b'{"warning":{"status":413,"label":"ASYNCHRONOUS_RESPONSE. Your request will be treated '
    b'asynchronously. Please try again later."}}'
)
PART = """{"version":"2.0","class":"dataset","label":"Unemployment","source":"ESTAT",
"updated":"2024-09-12T11:00:00+0200","value":{"0":4.3,"1":4.9,"3":6.2},
"status":{"1":"b","2":":u"},"id":["freq","unit","sex","geo","time"],"size":[1,1,1,2,2],
"dimension":{"freq":{"label":"Time frequency","category":{"index":{"A":0},"label":{"A":"Annual"}}},
"unit":{"label":"Unit of measure","category":{"index":{"PC":0},"label":{"PC":"Percentage"}}},
"sex":{"label":"Sex","category":{"index":{"T":0},"label":{"T":"Total"}}},
"geo":{"label":"Geopolitical entity","category":{"index":{"AT":0,"AT1":1},
"label":{"AT":"Austria","AT1":"Ost"}}},
"time":{"label":"Time","category":{"index":{"2012":0,"2013":1},
"label":{"2012":"2012","2013":"2013"}}}},
"extension":{"lang":"EN","id":"SOME_TABLE","agencyId":"ESTAT","version":"1.0"}}"""


def whole_path(code: str = "DATASET") -> str:
    return f"/sdmx/2.1/data/{code}?format=TSV&compressed=true"


def part_path(code: str = "DATASET", **filters: str) -> str:
    query = urlencode({"format": "JSON", "lang": "EN", **filters})
    return f"/statistics/1.0/data/{code}?{query}"


def put_whole(server: FileServer, text: str = USUAL, code: str = "DATASET") -> None:
    """Have the whole table lie ready."""
    server.put(whole_path(code), Reply(gzip.compress(text.encode()), headers=PACKED))
