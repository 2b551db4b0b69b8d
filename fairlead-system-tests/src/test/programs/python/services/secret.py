# SPDX-License-Identifier: Apache-2.0
from dataclasses import dataclass


@dataclass
class Secret:
    """Of a class that nobody lists."""

    word: str
