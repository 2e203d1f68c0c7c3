#!/bin/sh
# Make the benches' own environment. Usage: setup.sh PYTHON VENV REQUIREMENTS. Safe to run again after any interruption.
set -eu
python=$1
venv=$2
requirements=$3
say() { printf '安装：%s\n' "$*"; }

say "对手与画图的环境 $venv（约 600 MB，不含 torch）"
[ -x "$venv/bin/python" ] && "$venv/bin/python" -m pip --version >/dev/null 2>&1 || "$python" -m venv --clear "$venv"
if env -u PYTHONPATH "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$requirements"; then
    touch "$venv/.installed"
else
    printf '安装失败：%s 没有装全（上面是 pip 的原话）；装不上的对手会在表中注明\n' "$requirements" >&2
    exit 2
fi
