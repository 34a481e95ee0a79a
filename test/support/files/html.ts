/** A page with navigation around its article, as most pages have. */
export function htmlPage({
  title,
  body,
  language = 'en',
  head = '',
}: {
  title: string;
  /** HTML of the article. */
  body: string;
  language?: string;
  head?: string;
}): Uint8Array {
  return Buffer.from(`<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><title>${title}</title>${head}<script>track("never shown")</script></head>
<body>
<nav><ul><li><a href="/">Start</a></li><li><a href="/about">About us</a></li></ul></nav>
<main><article>${body}</article></main>
<footer><p>Imprint</p></footer>
</body>
</html>`);
}

/** A page that shows nothing before one has signed in. */
export function signInPage(): Uint8Array {
  return Buffer.from(`<!doctype html><html lang="en"><head><title>Sign in</title></head><body>
<h1>Sign in to your account</h1>
<form><label>Email <input type="email"></label><label>Password <input type="password"></label></form>
</body></html>`);
}
