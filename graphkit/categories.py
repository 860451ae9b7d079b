"""The categories that analyses and queries belong to, in the order of a report, with their Chinese names."""

CATEGORIES: dict[str, str] = {
    "quality": "数据质量",
    "silos": "孤岛",
    "bridges": "桥梁",
    "platforms": "平台",
    "chains and stages": "四链与阶段",
    "capital and talent": "资本与人才",
    "challenges": "揭榜挂帅",
    "policy and technology": "政策与技术",
    "regions": "区域",
    "change": "变化",
    "evidence": "证据",
}
