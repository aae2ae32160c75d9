/** Links to a session's other pages. */

import * as token from "./token.js";

/** `share` watches it, for who feeds it here; `report` shows all that is known of it. */
export function link(share, report, id, watched) {
  share.hidden = id === null || watched;
  report.hidden = id === null;
  const rel = token.held() ? "opener" : "noopener"; // an opener's token is its window's, too
  share.rel = report.rel = rel;
  share.href = `/?session=${encodeURIComponent(id)}`;
  report.href = `/v1/sessions/${encodeURIComponent(id)}/report`;
}
