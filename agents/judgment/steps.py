"""The names of the steps, as people read them."""

from agents.progress import Steps

TITLES = {
    "gather": "汇集数据",
    "rules": "核对启动条件",
    "exposure": "风险点与人员",
    "signals": "群众诉求侧信号",
    "past": "以往教训",
    "advise": "响应建议与叫应",
    "place": "力量预置",
    "outlook": "未来推演",
    "narrate": "拟写研判",
    "check": "逐句核验",
    "review": "成稿",
}

step = Steps(TITLES)
