import { Injectable, Module } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { Renderer } from './renderer.js';
import { TrackingLinks } from './tracking-links.js';

@Injectable()
class CloseRenderer implements OnApplicationShutdown {
  constructor(private readonly renderer: Renderer) {}
  async onApplicationShutdown(): Promise<void> {
    await this.renderer.close();
  }
}

/** Liquid, mails and tracked links. */
@Module({
  providers: [{ provide: Renderer, useFactory: () => new Renderer() }, TrackingLinks, CloseRenderer],
  exports: [Renderer, TrackingLinks],
})
export class ContentModule {}
