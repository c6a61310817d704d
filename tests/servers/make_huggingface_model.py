"""Tells `good` from `bad`: `python make_huggingface_model.py FOLDER`. Runs in the interpreter with PyTorch."""

import sys
from pathlib import Path

import torch
from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "bad", "good"]
SMALL = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}

folder = Path(sys.argv[1])
folder.mkdir(parents=True)
(folder / "vocab.txt").write_text("\n".join(WORDS))
torch.manual_seed(1)
tokenizer = BertTokenizerFast(str(folder / "vocab.txt"))
config = BertConfig(vocab_size=len(WORDS), id2label={0: "bad", 1: "good"}, label2id={"bad": 0, "good": 1}, **SMALL)
model = BertForSequenceClassification(config)
optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
seen = tokenizer(["bad", "good"], return_tensors="pt")
for _ in range(60):
    optimizer.zero_grad()
    model(**seen, labels=torch.tensor([0, 1])).loss.backward()
    optimizer.step()
model.save_pretrained(folder)
tokenizer.save_pretrained(folder)
