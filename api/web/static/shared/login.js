// The code of a link stands behind its #, which browsers send to nobody: no server, proxy or preview sees it. It is put
// into the form, and used up by nothing but the button.

const code = decodeURIComponent(location.hash.slice(1));
if (code) {
  document.getElementById("code").value = code;
  history.replaceState(null, "", location.pathname + location.search);
  document.getElementById("log-in").focus();
}
