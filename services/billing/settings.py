"""Settings of billing: the kit's, and those of Stripe."""

from kit.settings import MissingSetting, Settings


class BillingSettings(Settings):
    """`stripe_webhook_secret` may be a comma list (a secret being replaced). Without a key, no card is offered."""

    stripe_api_key: str = ""
    stripe_webhook_secret: str = ""

    def check(self) -> None:
        super().check()
        if self.app_env != "development" and self.stripe_api_key and not self.stripe_webhook_secret:
            raise MissingSetting(f"STRIPE_WEBHOOK_SECRET must be set with STRIPE_API_KEY when APP_ENV={self.app_env}")
