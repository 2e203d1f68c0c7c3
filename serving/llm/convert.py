"""Unpack a GGUF file into safetensors that vLLM serves; run by the Python of the model environment.

    python convert.py MODEL.gguf OUT_DIR bf16|int8

It stands alone (imports nothing of ours), because that environment holds transformers, not this project.
transformers dequantises the weights; the tokenizer and its chat template come from the GGUF's own metadata.
int8 stores the layers' matrices in the compressed-tensors format, one scale a row, activations quantised per
token as they pass. Takes about a minute and 6 GB of memory for 1.5 billion weights.
"""

import json
import sys
from pathlib import Path
from typing import Any

import torch  # pyright: ignore[reportMissingImports]
from safetensors.torch import load_file, save_file  # pyright: ignore[reportMissingImports]
from transformers import (  # pyright: ignore[reportMissingImports]
    AutoModelForCausalLM,
    AutoTokenizer,
)

_WEIGHTS = "model.safetensors"


def convert(gguf: Path, out: Path) -> None:
    """Write config, bf16 weights and tokenizer of `gguf` to the directory `out`."""
    folder, name = str(gguf.parent), gguf.name
    model = AutoModelForCausalLM.from_pretrained(folder, gguf_file=name, dtype=torch.bfloat16)
    # Without these three, save_pretrained would write the GGUF's quantisation into the config
    # and vLLM would look for quantised tensors that are no longer there.
    model.hf_quantizer = None
    model.is_quantized = False
    if hasattr(model.config, "quantization_config"):
        del model.config.quantization_config
    # One file: the int8 step reads it back whole.
    model.save_pretrained(out, max_shard_size="20GB")
    AutoTokenizer.from_pretrained(folder, gguf_file=name).save_pretrained(out)


def to_int8(out: Path) -> None:
    """Replace the layers' projection weights in `out` by int8 rows with a scale each.

    Embeddings, norms and the output head stay bf16: rounding them costs quality and saves little time.
    """
    stored: dict[str, Any] = {}
    for name, weight in load_file(out / _WEIGHTS).items():
        if not name.endswith("_proj.weight"):
            stored[name] = weight
            continue
        rows = weight.float()
        scale = rows.abs().amax(dim=1, keepdim=True).clamp(min=1e-8) / 127
        stored[name] = (rows / scale).round().to(torch.int8)
        stored[f"{name}_scale"] = scale.to(torch.bfloat16)
    save_file(stored, out / _WEIGHTS, metadata={"format": "pt"})
    config = json.loads((out / "config.json").read_text(encoding="utf-8"))
    config["quantization_config"] = _int8_config()
    (out / "config.json").write_text(json.dumps(config, indent=1), encoding="utf-8")


def _int8_config() -> dict[str, Any]:
    eight: dict[str, Any] = {"num_bits": 8, "type": "int", "symmetric": True}
    group = {
        "targets": ["Linear"],
        "weights": eight | {"strategy": "channel", "dynamic": False},
        "input_activations": eight | {"strategy": "token", "dynamic": True},
    }
    return {
        "quant_method": "compressed-tensors",
        "format": "int-quantized",
        "quantization_status": "compressed",
        "ignore": ["lm_head"],
        "config_groups": {"group_0": group},
    }


if __name__ == "__main__":
    convert(Path(sys.argv[1]), Path(sys.argv[2]))
    if sys.argv[3] == "int8":
        to_int8(Path(sys.argv[2]))
