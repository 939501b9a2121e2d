/**
 * The address is the view: what is open, in which picture, language and colours, all in the part after the #.
 *
 * The one idea: an address that is handed on shows its reader the same; what it does not say is as the browser has it.
 */

export const MODES = ["ACTUAL", "EXERCISE", "TEST"] as const;
export type Mode = (typeof MODES)[number];
export const LANGS = { en: "English", ru: "Русский", ar: "العربية" } as const;
export type Lang = keyof typeof LANGS;
export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

export interface View {
  readonly page: "board" | "notice";
  /** The record identifier of the notice that is open; empty on the board. */
  readonly notice: string;
  readonly mode: Mode;
  readonly lang: Lang;
  readonly theme: Theme;
  /** Whether single letters do anything (WCAG 2.1.4: they can be switched off). */
  readonly keys: boolean;
}

export function readView(hash: string, languages: readonly string[]): View {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?");
  const told = new URLSearchParams(query);
  const notice = /^notice\/([0-9a-f]{6,64})$/.exec(path)?.[1] ?? "";
  return {
    page: notice === "" ? "board" : "notice",
    notice,
    mode: MODES.find((one) => one === told.get("mode")) ?? "ACTUAL",
    lang: asLang(told.get("lang") ?? "") ?? languages.map(asLang).find((one) => one !== undefined) ?? "en",
    theme: THEMES.find((one) => one === told.get("theme")) ?? "system",
    keys: told.get("keys") !== "off",
  };
}

export function writeView(view: View): string {
  const told = new URLSearchParams();
  if (view.mode !== "ACTUAL") {
    told.set("mode", view.mode);
  }
  told.set("lang", view.lang);
  if (view.theme !== "system") {
    told.set("theme", view.theme);
  }
  if (!view.keys) {
    told.set("keys", "off");
  }
  return `#/${view.page === "notice" ? `notice/${view.notice}` : "board"}?${told}`;
}

function asLang(word: string): Lang | undefined {
  return (Object.keys(LANGS) as Lang[]).find((one) => one === word.slice(0, 2).toLowerCase());
}
