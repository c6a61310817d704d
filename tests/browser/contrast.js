() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const luminance = (colour) => {
    const [r, g, b] = colour.map((part) => {
      const share = part / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const colour = rgba(getComputedStyle(at).backgroundColor);
      if (colour[3] > 250) return colour;
    }
    return [255, 255, 255, 255];
  };
  const found = [];
  let seen = 0;
  for (const node of document.querySelectorAll("body *")) {
    if (node.closest(".xterm, .unseen, .skip, svg") || !node.checkVisibility()) continue;
    const text = [...node.childNodes]
      .filter((child) => child.nodeType === 3)
      .map((child) => child.data.trim())
      .join("");
    if (!text) continue;
    seen++;
    const style = getComputedStyle(node);
    const [a, b] = [luminance(rgba(style.color)), luminance(ground(node))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    const isLarge =
      parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700);
    let opacity = 1;
    for (let at = node; at; at = at.parentElement) opacity *= Number(getComputedStyle(at).opacity);
    if (ratio < (isLarge ? 3 : 4.5) || opacity < 0.7)
      found.push(`${ratio.toFixed(2)} ${opacity} "${text.slice(0, 40)}" ${node.className}`);
  }
  return seen ? found : ["no text was looked at"];
};
