"""Which teams and which gear fit which kind of risk point, in the words of the pack's tables."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Need:
    """One thing a point wants: any team of `teams`, or `pieces` of any gear of `gear`. weight: how much it matters."""

    what: str
    teams: tuple[str, ...] = ()
    gear: tuple[str, ...] = ()
    pieces: int = 1
    weight: float = 1.0


_DRAIN = Need("排涝", teams=("排涝",))
_PUMPS = Need("移动泵", gear=("移动排涝泵", "大流量排涝泵车"), pieces=2, weight=0.6)
_CLOSE = Need("封控", teams=("交通管制", "封控清障"), weight=0.9)
_RESCUE = Need("救援", teams=("水域救援", "综合救援", "山岳救援", "社会力量"))
_BOARDS = Need("挡水", gear=("防水挡板",), pieces=20, weight=0.5)
_BAGS = Need("编织袋", gear=("编织袋",), pieces=5000, weight=0.6)
_SLOPE = Need("技术支持", teams=("技术",), weight=0.8)
_POWER = Need("供电保障", teams=("供电",), gear=(), weight=0.7)
_GENERATOR = Need("发电机", gear=("发电机",), weight=0.5)

NEEDS: dict[str, tuple[Need, ...]] = {
    "下穿通道": (_DRAIN, _CLOSE, _PUMPS),
    "易涝点": (_DRAIN, _PUMPS),
    "地铁口": (Need("轨道抢险", teams=("轨道",)), _BOARDS),
    "地下空间": (_DRAIN, _BOARDS),
    "地灾隐患点": (_SLOPE, _RESCUE),
    "山洪沟": (_RESCUE, Need("报警器", gear=("手摇报警器",), pieces=10, weight=0.4)),
    "危旧房片": (_RESCUE,),
    "在建工地": (_RESCUE,),
    "学校": (),
    "医院": (_POWER, _GENERATOR),
    "养老院": (Need("医疗转运", teams=("医疗",)), _RESCUE),
    "堤防险段": (Need("堤防抢险", teams=("堤防抢险",)), _BAGS),
    "水库下游": (_SLOPE, _RESCUE),
}


def fits(point_kind: str, team_kind: str) -> bool:
    return any(team_kind in need.teams for need in NEEDS.get(point_kind, (_RESCUE,)))
