/** What somebody said, or what holds without a word of theirs. */
export type ConsentState = 'subscribed' | 'unsubscribed' | 'pending';
type OnChannel = { channel: string; label: string; state: ConsentState };

/** What the person of a signed link can choose. It says nothing of who they are. */
export type Preferences = {
  workspace: string;
  language: string;
  channels: OnChannel[];
  topics: { topic: string; name: string; description: string; channels: OnChannel[] }[];
  /** ISO 8601; null where nothing is paused. */
  pausedUntil: string | null;
};

/** What they choose. `topic` left out: all that is sent on the channel. */
export type PreferencesChange = {
  consents?: { channel: string; topic?: string; wants: boolean }[];
  /** Nothing of marketing any more, on any channel. */
  none?: boolean;
  /** True pauses everything for 30 days, false ends a pause. */
  pause?: boolean;
};

export type PreferenceCalls = {
  /** `language`: of the texts, such as `ko`; the browser's when left out. Rejects for a link that is not valid. */
  get: (token: string, language?: string) => Promise<Preferences>;
  save: (token: string, change: PreferencesChange, language?: string) => Promise<Preferences>;
};

/** For a page of one's own on which people choose what they get: the token is the end of their `preferences_url`. */
export function preferenceCalls(host: () => Promise<string>): PreferenceCalls {
  const call = async (token: string, language: string | undefined, init: RequestInit): Promise<Preferences> => {
    const query = language ? `?language=${encodeURIComponent(language)}` : '';
    const response = await fetch(`${await host()}/v1/preferences/${encodeURIComponent(token)}${query}`, init);
    // What stands before Wend may answer with a page.
    const answer = (await response.json().catch(() => null)) as
      (Preferences & { detail?: string; title?: string }) | null;
    if (!response.ok || !answer)
      throw new Error(answer?.detail ?? answer?.title ?? `Wend answered ${response.status}.`);
    return answer;
  };
  return {
    get: (token, language) => call(token, language, {}),
    save: (token, change, language) =>
      // As plain text, so that browsers need not ask first whether they may.
      call(token, language, {
        method: 'POST',
        headers: { 'content-type': 'text/plain' },
        body: JSON.stringify({
          ...change,
          consents: change.consents?.map(({ topic, ...consent }) => ({ ...consent, topic: topic ?? null })) ?? [],
        }),
      }),
  };
}
