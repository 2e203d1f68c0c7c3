"""All commands in one table, each loaded when it is called: the first line should not wait for numpy.

`COMMANDS` maps a command's first word to its module and the typer application in it.
"""

import sys
import warnings
from importlib import import_module

import typer

from serving.cli.report import BAD_INPUT
from serving.cli.usage import said
from serving.errors import BadSetting
from serving.prepared import is_prepared
from serving.settings import load_settings

COMMANDS = {
    "up": ("serving.cli.up", "启动全部：模拟城市、模型服务、接口与网页；Ctrl-C 全部结束"),
    "status": ("serving.cli.status", "查看运行情况与生效的配置"),
    "triage": ("serving.cli.triage", "批量分派：.jsonl、.csv、.xlsx 文件"),
    "judge": ("serving.cli.judge", "研判一个情景：逐时刻核对启动条件、建议、研判"),
    "brief": ("serving.cli.brief", "把情景某一时刻的研判写成简报：.docx .pdf .html .md"),
    "kb": ("serving.cli.kb", "知识库：导入、发布、检索"),
    "llm": ("serving.cli.llm", "本机模型服务"),
    "eval": ("serving.cli.evaluate", "评测"),
    "audit": ("serving.cli.audit", "审计日志"),
}


def run(arguments: list[str]) -> int:
    """Run one command line; the exit code."""
    name = next(iter(arguments), "--help")
    if name in ("-h", "--help", "help"):
        typer.echo("用法：pingji 命令 [选项]\n")
        for command, (_, what) in COMMANDS.items():
            typer.echo(f"  {command:8}{what}")
        typer.echo("\n各命令的选项：pingji 命令 --help")
        return 0
    if name not in COMMANDS:
        typer.echo(
            f"pingji: 没有命令 {name}；可用：{'、'.join(COMMANDS)}（pingji --help 查看说明）", err=True
        )
        return BAD_INPUT
    if arguments == ["kb", "publish", "--if-needed"] and _nothing_to_publish():
        return 0
    warnings.showwarning = _told
    application: typer.Typer = import_module(COMMANDS[name][0]).app
    command = typer.main.get_command(application)
    try:
        code = command.main(arguments[1:], prog_name=f"pingji {name}", standalone_mode=False)
    except typer.TyperException as error:
        typer.echo(f"pingji: 参数有误（{said(error)}）；用法见 pingji {name} --help", err=True)
        return BAD_INPUT
    except (typer.Abort, KeyboardInterrupt):
        sys.stderr.write("\n")
        return 130
    return code if isinstance(code, int) else 0


def _told(message: Warning | str, category: type[Warning], filename: str, lineno: int, *_: object) -> None:
    """Warnings of ours are for the person (an index that fell back), those of libraries for us."""
    ours = category.__module__.partition(".")[0] in ("knowledge", "tools", "agents", "serving")
    shown = f"提示：{message}" if ours else warnings.formatwarning(message, category, filename, lineno)
    typer.echo(f"pingji: {shown.rstrip()}", err=True)


def _nothing_to_publish() -> bool:
    """Every `make run` asks this: answered without loading the knowledge base."""
    try:
        done = is_prepared(load_settings())
    except BadSetting:
        return False  # the command itself will say what is wrong
    if done:
        typer.echo("知识库与离线分类器已就绪")
    return done
