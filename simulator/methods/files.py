"""Fetching: where the bytes of a file are."""

from simulator import files
from simulator.call import Call
from simulator.methods.table import method
from simulator.records import Wire, bad_request


@method("getFile", journaled=False)
def get_file(call: Call) -> Wire:
    if not call.text("file_id"):
        raise bad_request("file_id not specified")
    stored = call.telegram.files.get(call.text("file_id"))
    if len(stored.content) > files.LARGEST_DOWNLOAD:
        raise bad_request("file is too big")
    return files.wire(stored) | {"file_path": stored.path}
