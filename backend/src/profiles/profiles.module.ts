import { Module } from '@nestjs/common';
import { DeviceRepository } from './device.repository.js';
import { DevicesService } from './devices.service.js';
import { ProfileRepository } from './profile.repository.js';
import { ProfilesService } from './profiles.service.js';

/**
 * Who the customers are. Their page in the dashboard is put together in `insights`, which also knows runs and messages.
 */
@Module({
  providers: [DeviceRepository, DevicesService, ProfileRepository, ProfilesService],
  exports: [DeviceRepository, DevicesService, ProfileRepository, ProfilesService],
})
export class ProfilesModule {}
