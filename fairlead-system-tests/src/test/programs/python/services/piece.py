# SPDX-License-Identifier: Apache-2.0
from dataclasses import dataclass
from typing import Optional


@dataclass
class Piece:
    piece_id: str
    block_id: str
    start: int
    length: int
    owner: Optional[str] = None
