grep -q green ~/one && grep -q red ~/two
