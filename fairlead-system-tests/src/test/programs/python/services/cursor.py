# SPDX-License-Identifier: Apache-2.0
from dataclasses import dataclass


@dataclass
class Cursor:
    piece_id: str
    offset: int
    column: int
