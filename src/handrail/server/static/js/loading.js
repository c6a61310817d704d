/** Loads the page anew when a part of it did not come. While a lesson's containers start, the computer's network
 * changes, and the browser drops what it is fetching; a module that has failed is not fetched again in the same page.
 * No module itself, so that it is there before them. */
{
  const MOST = 5;
  const PAUSE = 300;
  const TRIED = "handrail.tried";
  const tried = Number(sessionStorage.getItem(TRIED) ?? 0);
  let isMissing = false;

  addEventListener(
    "error",
    ({ target }) => {
      if (isMissing || !(target instanceof HTMLScriptElement || target instanceof HTMLLinkElement)) return;
      isMissing = true;
      sessionStorage.setItem(TRIED, String(tried + 1));
      if (tried < MOST) setTimeout(() => location.reload(), PAUSE * tried);
      else document.getElementById("not-loaded")?.removeAttribute("hidden");
    },
    true,
  );
  addEventListener("load", () => isMissing || sessionStorage.removeItem(TRIED));
}
