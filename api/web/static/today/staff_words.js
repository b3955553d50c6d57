// How many of which role, as people say it.

import { ngettext } from "../shared/text.js";

/** Two hosts, one guard. */
export function staffWords(role, n) {
  switch (role) {
    case "host": return ngettext("{n} host", "{n} hosts", n, { n });
    case "activity_leader": return ngettext("{n} activity leader", "{n} activity leaders", n, { n });
    case "performer": return ngettext("{n} performer", "{n} performers", n, { n });
    case "volunteer": return ngettext("{n} volunteer", "{n} volunteers", n, { n });
    case "guard": return ngettext("{n} guard", "{n} guards", n, { n });
    case "cleaner": return ngettext("{n} cleaner", "{n} cleaners", n, { n });
    case "technician": return ngettext("{n} technician", "{n} technicians", n, { n });
    case "evaluator": return ngettext("{n} evaluator", "{n} evaluators", n, { n });
    default: return ngettext("{n} other", "{n} others", n, { n });
  }
}
