import { Module } from '@nestjs/common';
import { ProfileRepository } from './profile.repository.js';
import { ProfilesService } from './profiles.service.js';

/** Who the customers are. Their page in the dashboard is put together in `insights`, which also knows runs and messages. */
@Module({ providers: [ProfileRepository, ProfilesService], exports: [ProfileRepository, ProfilesService] })
export class ProfilesModule {}
