"""The names of the steps, as people read them."""

from agents.progress import Steps

TITLES = {
    "redact": "脱敏",
    "detect": "紧急与特殊路径",
    "understand": "理解诉求",
    "candidates": "派单目录候选",
    "clauses": "查找依据",
    "decide": "选定承办单位",
    "rules": "紧急程度与时限",
    "duplicates": "重复与聚集",
    "draft": "拟写工单与答复",
    "check": "核验",
    "approval": "等待人工确认",
    "apply": "采纳人工意见",
    "dispatch": "派发",
    "record": "归档",
}

step = Steps(TITLES)
