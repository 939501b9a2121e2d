/**
 * Signing in: name, password, one-time code.
 *
 * The one idea: what is typed goes to the node that served the page, once, and is kept nowhere in the browser.
 */

import { html, nothing, type TemplateResult } from "lit";
import { rule } from "./board.ts";
import type { Desk } from "./desk.ts";

export function signInView(desk: Desk, signIn: (name: string, password: string, code: string) => void): TemplateResult {
  const { say, state } = desk;
  const submitted = (event: SubmitEvent) => {
    event.preventDefault();
    if (event.target instanceof HTMLFormElement) {
      const told = new FormData(event.target);
      signIn(String(told.get("name")), String(told.get("password")), String(told.get("code")).replaceAll(" ", ""));
    }
  };
  return html`<section class="panel sign-in" aria-labelledby="sign-in-title">
    <h2 id="sign-in-title">${say("sign-in")}</h2>
    <form class="form" id="sign-in" @submit=${submitted}>
      <label for="name">${say("name")}</label>
      <input id="name" name="name" dir="ltr" autocomplete="username" autocapitalize="none" spellcheck="false" required>
      <label for="password">${say("password")}</label>
      <input id="password" name="password" type="password" dir="ltr" autocomplete="current-password" required>
      <label for="code">${say("one-time-code")}</label>
      <input id="code" name="code" dir="ltr" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9 ]{6,7}" required>
      <div class="acts"><button class="go" type="submit" ?disabled=${state.busy}>${say("sign-in")}</button></div>
    </form>
    <div role="alert">${state.refused === null ? nothing : html`<p class="strip warning">◆ ${rule(state.refused)}</p>`}</div>
  </section>`;
}
