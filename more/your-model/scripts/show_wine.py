"""Shows the wine data: how many wines, which measurements, in which ranges.   Usage: python scripts/show_wine.py"""
from sklearn.datasets import load_wine

wine = load_wine()
print(f"{len(wine.data)} wines of {len(wine.target_names)} growers, {len(wine.feature_names)} measurements each")
for name, low, high in zip(wine.feature_names, wine.data.min(axis=0), wine.data.max(axis=0), strict=True):
    print(f"  {name:30} {low:8.2f} to {high:8.2f}")
