import { Injectable } from '@nestjs/common';
import type { Channel, JsonObject } from '@wend/contract';
import { Config } from '../platform/config/index.js';
import { storableJson } from '../platform/text/index.js';
import { checkEmail, checkPush, checkSms, checkWebhook } from './content-checks.js';
import { escapeHtml } from './mail-document.js';
import type { MessageContent } from './message-content.js';
import type { MailDocument, RenderProblem, Variables } from './render-job.js';
import { Renderer } from './renderer.js';
import { headersOf, templatesOf } from './templates.js';
import { TrackingLinks } from './tracking-links.js';
import type { TrackedMessage } from './tracking-links.js';

export type Composed =
  | { kind: 'content'; content: MessageContent; warnings: RenderProblem[] }
  | { kind: 'aborted'; reason: string }
  | { kind: 'errors'; errors: RenderProblem[] };

/** Makes a message of a node's config and the data of a person and run. */
@Injectable()
export class Composer {
  constructor(
    private readonly renderer: Renderer,
    private readonly links: TrackingLinks,
    private readonly config: Config,
  ) {}

  /**
   * `from` is the sender where the node names none. With `tracked`, links and a pixel lead through Wend; without (a preview) they
   * stay as written.
   */
  async compose({ channel, config, variables, from, tracked }: { channel: Channel; config: JsonObject; variables: Variables; from?: string | undefined; tracked?: TrackedMessage }): Promise<Composed> {
    const unsubscribeUrl = this.links.unsubscribeUrl(tracked);
    const result = await this.renderer.render({ templates: templatesOf({ channel, config }), variables: { ...variables, unsubscribe_url: unsubscribeUrl }, mail: channel === 'email' });
    if (result.kind !== 'values') return result;
    // Filters can cut characters in half, and make NUL: such content could not be stored, and its message never be sent.
    const { content, problems } = this.contentOf({ channel, config, values: storableJson(result.values), mail: storableJson(result.mail), from, tracked });
    return problems.length > 0 ? { kind: 'errors', errors: problems } : { kind: 'content', content, warnings: result.warnings };
  }

  private contentOf({ channel, config, values, mail, from, tracked }: { channel: Channel; config: JsonObject; values: Record<string, string>; mail: MailDocument | undefined; from: string | undefined; tracked: TrackedMessage | undefined }): { content: MessageContent; problems: RenderProblem[] } {
    const value = (path: string) => (values[path] ?? '').trim();
    switch (channel) {
      case 'email': {
        const sender = value('from') || from || `Wend <no-reply@${new URL(this.config.publicUrl).hostname}>`;
        return checkEmail({ from: sender, subject: value('subject'), preheader: value('preheader'), html: mail ? this.join(mail, tracked) : '', text: mail?.text ?? '', unsubscribeUrl: this.links.unsubscribeUrl(tracked) });
      }
      case 'sms':
        return checkSms({ text: value('text') });
      case 'push':
      case 'webpush':
        return checkPush({ title: value('title'), body: value('body'), link: value('link') || null, image: value('image') || null });
      case 'webhook': {
        const headers = headersOf(config).map(({ name }, index) => ({ name, value: value(`headers[${index}].value`) }));
        const method = typeof config['method'] === 'string' ? config['method'].toUpperCase() : 'POST';
        return checkWebhook({ method, url: value('url'), headers, body: method === 'GET' ? '' : (values['body'] ?? '') });
      }
    }
  }

  private join({ parts }: MailDocument, tracked: TrackedMessage | undefined): string {
    return parts.map((part) => {
      if ('html' in part) return part.html;
      if ('link' in part) return `"${escapeHtml(tracked ? this.links.clickUrl({ ...tracked, url: part.link }) : part.link)}"`;
      return tracked ? `<img src="${escapeHtml(this.links.openUrl(tracked))}" width="1" height="1" alt="" style="display:block;border:0;width:1px;height:1px">` : '';
    }).join('');
  }
}
