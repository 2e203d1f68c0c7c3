"""Unpack a GGUF file into bf16 safetensors that vLLM serves; run by the Python of the model environment.

    python convert.py MODEL.gguf OUT_DIR

It stands alone (imports nothing of ours), because that environment holds transformers, not this project.
Weights are dequantised to float32 by transformers and stored in bfloat16; the tokenizer and its chat
template come from the GGUF's own metadata. Takes about a minute and 3 bytes of memory per stored byte.
"""

import sys
from pathlib import Path

import torch  # pyright: ignore[reportMissingImports]
from transformers import (  # pyright: ignore[reportMissingImports]
    AutoModelForCausalLM,
    AutoTokenizer,
)


def convert(gguf: Path, out: Path) -> None:
    """Write config, weights and tokenizer of `gguf` to the directory `out`."""
    folder, name = str(gguf.parent), gguf.name
    model = AutoModelForCausalLM.from_pretrained(folder, gguf_file=name, dtype=torch.bfloat16)
    # Without these three, save_pretrained would write the GGUF's quantisation into the config
    # and vLLM would look for quantised tensors that are no longer there.
    model.hf_quantizer = None
    model.is_quantized = False
    if hasattr(model.config, "quantization_config"):
        del model.config.quantization_config
    model.save_pretrained(out)
    AutoTokenizer.from_pretrained(folder, gguf_file=name).save_pretrained(out)


if __name__ == "__main__":
    convert(Path(sys.argv[1]), Path(sys.argv[2]))
