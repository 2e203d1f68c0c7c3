#!/bin/sh
# Make the project's Python environment. Usage: python.sh PYTHON VENV. Safe to run again after any interruption.
set -eu
python=$1
venv=$2
say() { printf '安装：%s\n' "$*"; }
fail() { printf '安装失败：%s\n' "$*" >&2; exit 2; }

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
    fail "需要 Python 3.11 或更新版本（现在的 $python 不是）；请安装后重试，或用 make PYTHON=/路径/python3.11 run"
free_kb=$(df -Pk . | awk 'NR==2 {print $4}')
[ "$free_kb" -gt 3000000 ] || fail "磁盘只剩 $((free_kb / 1024)) MB，至少需要 3 GB；请清理 $(pwd) 所在的磁盘"

if [ ! -x "$venv/bin/python" ] || ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    say "新建虚拟环境 $venv"
    "$python" -m venv --clear "$venv" || fail "无法建立 $venv；Debian 上请先安装 python3-venv"
fi
pip="$venv/bin/python -m pip --disable-pip-version-check"
# Dependency groups (PEP 735) need pip 25.1.
$pip install --quiet --upgrade 'pip>=25.1' || fail "无法更新 pip；请检查网络或 pip 镜像设置"
say "安装依赖（约 1 GB，首次数分钟）"
$pip install --quiet --editable . --group evals --group dev ||
    fail "依赖没有装全（上面是 pip 的原话）；请检查网络或 pip 镜像设置后重新运行同一命令，已下载的不会重来"
touch "$venv/.installed"
say "Python 环境已就绪"
