// Reads what a visitor has refused, from the cookie that the privacy center sets for your parent domain.
// Ask it before you load anything that sells, shares or measures: refused(document.cookie).has("sharing")
function refused(cookies, signal = navigator.globalPrivacyControl, signalled = ["sale", "sharing"]) {
  const no = new Set();
  const yes = new Set();
  const [, text = ""] = cookies.match(/(?:^|;\s*)(?:__Secure-)?choice=([^;]*)/) ?? [];
  const [version, ...entries] = text.split(".");
  const found = entries.map((entry) => entry.match(/^([a-z][a-z0-9_]{0,31}):(out|in):\d{1,11}(:g)?$/));
  if (version === "v1" && found.every(Boolean)) {
    for (const [, purpose, choice, given] of found) {
      if (choice === "out") no.add(purpose);
      if (given) yes.add(purpose);
    }
  }
  if (signal) signalled.filter((purpose) => !yes.has(purpose)).forEach((purpose) => no.add(purpose));
  return no;
}
