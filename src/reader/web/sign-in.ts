/** What the parser found on a page. */
export interface SignInFacts {
  /** A password field, and not much text. Public pages have one as well, in a box at their top. */
  asksSignIn: boolean;
  /** Length of the readable text. */
  characters: number;
}

/** Below this the page at an address for signing in has nothing else to say. */
const HARDLY_ANY_TEXT = 1_000;
/** Below this a page with a password field has nothing to say but what stands around the field. */
const TEXT_OF_FORM = 400;

/** Services whose every address is about signing in, apart from the pages they have about themselves. */
const HOSTS = [
  /^accounts\.google\.com$/u,
  /^login\.(?:microsoftonline\.com|microsoftonline\.us|partner\.microsoftonline\.cn|live\.com|microsoft\.com)$/u,
  /^(?!(?:www|developer|support|help|docs|trust|status|community|blog)\.)(?:.+\.)?(?:okta|oktapreview|okta-emea|auth0|onelogin)\.com$/u,
  /\.cloudflareaccess\.com$/u,
  /^(?:id|auth)\.atlassian\.com$/u,
  /^account\.box\.com$/u,
];

/** Paths that only programs for signing in have. */
const PATHS =
  /\/(?:oauth2?(?:\/v[\d.]+)?\/authorize|users\/sign_in|_layouts\/(?:15\/)?authenticate\.aspx|_forms\/default\.aspx|adfs\/ls|saml2?\/(?:sso|login|acs|idp)|protocol\/openid-connect\/auth|wp-login\.php|servicelogin)\/?$/iu;

/** Parts of a path that name signing in; a guide about it can have them too. */
const NAMES =
  /^(?:log[-_]?[io]n|sign[-_]?[io]n|sso|workspace-signin|special:userlogin)(?:\.(?:php|aspx?|jsp|html?|action|do))?$/iu;

/** Parameters that say where to go after signing in, or for whom. */
const WAY_BACK =
  /^(?:cont|continue|next|from|back|dest|destination|os_destination|goto|service|source|state|client_id|samlrequest|wctx|return.*|redir.*|callback.*|.*ur[il])$/iu;

/** How sure an address alone makes it that a person is sent to sign in. */
export type SignInTrace = 'certain' | 'likely' | 'none';

/**
 * Whether the way from one address to another leads to signing in. Nothing is concluded from what already stood in
 * the address that was asked for: people attach pages about signing in.
 */
export function signInTrace(asked: URL, target: URL): SignInTrace {
  if (isSignInHost(target) && !isSignInHost(asked)) return 'certain';
  if (PATHS.test(asked.pathname) || hasName(asked)) return 'none';
  if (PATHS.test(target.pathname) || isSlackDoor(target)) return 'certain';
  if (!hasName(target)) return 'none';
  return [...target.searchParams.keys()].some((key) => WAY_BACK.test(key)) ? 'certain' : 'likely';
}

/** The way to what was found. */
interface Way {
  asked: URL;
  /** As far as redirects for good lead. */
  home: URL;
  final: URL;
}

/**
 * True when what was found is not the page that was asked for but one to sign in at. A password field alone says that
 * only where there is hardly anything else; with more text it takes an address for signing in, or that somebody who
 * is signed in would have been shown another page.
 */
export function isSignInPage({ asked, home, final }: Way, { asksSignIn, characters }: SignInFacts): boolean {
  const trace = signInTrace(asked, final);
  if (trace === 'certain' || (trace === 'likely' && characters < HARDLY_ANY_TEXT)) return true;
  return asksSignIn && (characters < TEXT_OF_FORM || isForSignIn(final) || placeOf(home) !== placeOf(final));
}

const isForSignIn = (url: URL): boolean => isSignInHost(url) || PATHS.test(url.pathname) || hasName(url);

/** The same for addresses that servers redirect between only to have one of them. */
const placeOf = ({ hostname, pathname }: URL): string =>
  hostname.replace(/^www\./u, '') + pathname.replace(/\/$/u, '');

const isSignInHost = ({ hostname }: URL): boolean => HOSTS.some((host) => host.test(hostname));

const hasName = ({ pathname }: URL): boolean => pathname.split('/').some((part) => NAMES.test(part));

/** Slack sends everybody without a session to the front page of the workspace. */
function isSlackDoor({ hostname, pathname, searchParams }: URL): boolean {
  return /\.slack\.com$/u.test(hostname) && pathname === '/' && searchParams.has('redir');
}
