"""What the compiled core (native/module.cpp) may be asked."""

import numpy as np
from numpy.typing import NDArray

def version() -> str: ...
def machine_level() -> str: ...
def level() -> str: ...
def use_level(name: str, /) -> None: ...
def predicted(
    lat_rad: NDArray[np.float64],
    lon_rad: NDArray[np.float64],
    cos_half_lat: NDArray[np.float64],
    sin_half_lat: NDArray[np.float64],
    east_mps: NDArray[np.float64],
    north_mps: NDArray[np.float64],
    up_mps: NDArray[np.float64],
    altitude_m: NDArray[np.float64],
    lateral_m: NDArray[np.float64],
    vertical_m: NDArray[np.float64],
    lookahead_s: NDArray[np.float64],
    touching: bool,
    threads: int,
    /,
) -> tuple[NDArray[np.int32], NDArray[np.float64]]: ...

class Arrays:
    def __init__(
        self,
        lat_deg: NDArray[np.float64],
        lon_deg: NDArray[np.float64],
        part_offsets: NDArray[np.int64],
        volume_parts: NDArray[np.int64],
        closed: NDArray[np.uint8],
        radius_m: NDArray[np.float64],
        start_ms: NDArray[np.int64],
        end_ms: NDArray[np.int64],
        low_m: NDArray[np.float64],
        high_m: NDArray[np.float64],
        party: NDArray[np.int32],
        /,
    ) -> None: ...
    def __len__(self) -> int: ...

class Store:
    def __init__(self, lateral_m: float, vertical_m: float, time_s: float, /) -> None: ...
    def add(self, arrays: Arrays, /) -> NDArray[np.int32]: ...
    def remove(self, ids: NDArray[np.int32], /) -> None: ...
    def join(self, between_parties_only: bool, threads: int, /) -> tuple[NDArray[np.int32], NDArray[np.uint8]]: ...
    def query(self, arrays: Arrays, except_party: int, /) -> tuple[NDArray[np.int32], NDArray[np.uint8]]: ...
    def __len__(self) -> int: ...
    def memory_bytes(self) -> int: ...
