/**
 * Every sentence of the console in the language of its reader, from the Fluent files in texts/.
 *
 * The one idea: what is set into a sentence is set apart by Unicode isolates, and figures are 0 to 9 in every language, so
 * no language reorders a number.
 */

import { FluentBundle, FluentResource } from "@fluent/bundle";
import type { Lang } from "./route.ts";

const FILES: Readonly<Record<Lang, () => Promise<{ default: string }>>> = {
  en: () => import("../texts/en.ftl"),
  ru: () => import("../texts/ru.ftl"),
  ar: () => import("../texts/ar.ftl"),
};

export type Say = (id: string, given?: Readonly<Record<string, string | number>>) => string;

/** The sentences of one language. A sentence that is not there is shown by its name: missing, and seen to be. */
export async function load(lang: Lang): Promise<Say> {
  const bundle = new FluentBundle([lang === "ar" ? "ar-u-nu-latn" : lang], { useIsolating: true });
  const file = await FILES[lang]();
  const errors = bundle.addResource(new FluentResource(file.default));
  if (errors.length > 0) {
    throw errors[0];
  }
  return (id, given = {}) => {
    const message = bundle.getMessage(id);
    return message?.value ? bundle.formatPattern(message.value, { ...given }) : id;
  };
}

export function directionOf(lang: Lang): "ltr" | "rtl" {
  return lang === "ar" ? "rtl" : "ltr";
}
