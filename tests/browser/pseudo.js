// Put behind the page's table of texts: lengthens and accents every text, so that a test sees what is not taken from
// the table or does not fit.
for (const [key, text] of Object.entries(english)) {
  const accented = text
    .split(/(\{\w+\})/)
    .map((part) => (part.startsWith("{") ? part : part.replace(/[aeiouncy]/gi, (letter) => `${letter}\u0301`)));
  english[key] = `[${accented.join("")}${"~".repeat(Math.ceil(text.length / 4))}]`;
}
