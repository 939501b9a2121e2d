/**
 * The words of the line that are chosen from a list, for which every language has its own; each list is the node's.
 *
 * The one idea: a word that the node may send and the console cannot say is found by a test, not by an officer.
 */

export const ANSWERS = [
  "WILCO",
  "ROGER",
  "STANDBY",
  "UNABLE",
  "COUNTER",
  "OURS",
  "CHECKED_NOT_OURS",
  "NOT_KNOWN_CHECKING",
  "NO_STATEMENT",
  "DISPUTED",
] as const;
export const REASONS = ["U1", "U2", "U3", "U4", "U5", "U6", "U7"] as const;
export const ECHELONS = ["ALL_CONCERNED", "AIR", "GROUND", "SEA", "UNMANNED", "HEADQUARTERS"] as const;

/** By the name that its sentences begin with. */
export const WORDS: Readonly<Record<string, readonly string[]>> = {
  answer: ANSWERS,
  reason: REASONS,
  echelon: ECHELONS,
  level: ["LEADERS", "MINISTERS", "CHIEFS_OF_DEFENCE", "OPERATIONAL", "TACTICAL", "HUMANITARIAN", "TECHNICAL"],
  function: ["FLIGHT_SAFETY", "COOPERATION"],
  declared: ["OPEN", "LIMITED", "SUSPENDED", "CLOSED"],
  permit: ["PERMIT", "PERMIT_RECEIVE_ONLY", "REFUSE"],
  observed: ["LIVE", "DEGRADED", "SILENT", "UNKNOWN"],
  precedence: ["FLASH", "IMMEDIATE", "PRIORITY", "ROUTINE"],
  standing: ["CURRENT", "SUPERSEDED", "CANCELLED", "EXPIRED"],
  step: ["OFFERED", "DELIVERED", "SEEN", "UNDERSTOOD", "DISSEMINATED", "ANSWERED", "CLOSED"],
  notice: Array.from({ length: 16 }, (_, n) => `N${n + 1}`),
  item: [
    "NOTICE",
    "DRAFT",
    "UNCONFIRMED",
    "TALK",
    "RECORD",
    "CONFLICT",
    "PROPOSAL",
    "FOLLOW_UP",
    "INCIDENT",
    "LINE_CHECK",
    "SILENCE",
  ],
  until: ["SEEN", "ANSWERED", "CONFIRMED", "FIRST_REPLY", "BEGINS", "ENDS", "DONE"],
  field: ["type", "subject", "place", "without", "within", "from-height", "to-height", "from", "until"],
  mode: ["ACTUAL", "EXERCISE", "TEST"],
  theme: ["system", "light", "dark"],
  alert: ["warning", "caution", "advisory"],
};

/** The statements that the console has said, by their kind on the wire. */
export const KINDS_TOLD = ["seen", "read_back", "disseminated", "answer", "closed", "draft"] as const;
