# Keeper Commander's `scim push`, without its log-in and vault: its own data sources, its own reading of the endpoint and its own
# sync functions, in the order in which the command calls them. What to read and where to write is in the environment.
import json
import os
import resource
import sys
import time

environment = os.environ


def google_source():
    import googleapiclient.discovery
    from google.oauth2 import service_account
    from keepercommander.scim.data_sources import GoogleCrmDataSource

    build = googleapiclient.discovery.build

    def build_for_emulator(*args, **options):
        # The API's description comes with the package instead of from Google, which saves Commander a request.
        options.update(static_discovery=True,
                       client_options={'api_endpoint': environment['SCIM_PUSH_SOURCE_GOOGLE_ROOT_URL']})
        return build(*args, **options)

    googleapiclient.discovery.build = build_for_emulator
    # The client sends its assertion where the key file says, but makes it out to Google whatever that is.
    service_account._GOOGLE_OAUTH2_TOKEN_ENDPOINT = environment['SCIM_PUSH_SOURCE_GOOGLE_TOKEN_URL']
    # Commander takes no "every group": each has to be named.
    return GoogleCrmDataSource(environment['SCIM_PUSH_SOURCE_GOOGLE_ADMIN_EMAIL'],
                               json.loads(environment['SCIM_PUSH_SOURCE_GOOGLE_CREDENTIALS']),
                               json.loads(environment['BENCH_SCIM_GROUPS']))


def records_source():
    from keepercommander.scim.data_sources import LocalCrmDataSource

    with open(environment['BENCH_RECORDS_FILE'], encoding='utf-8') as file:
        return LocalCrmDataSource(json.load(file))


def sort_out(elements):
    from keepercommander.scim.models import ScimGroup, ScimUser

    users, groups = {}, {}
    for element in elements:
        if isinstance(element, ScimUser):
            users[element.id] = element
        elif isinstance(element, ScimGroup):
            groups[element.id] = element
    return users, groups


def main():
    from keepercommander.commands.scim import ScimPushCommand

    started = time.monotonic()
    url, token = environment['SCIM_PUSH_TARGET_URL'], environment['SCIM_PUSH_TARGET_TOKEN']
    target_users, target_groups = sort_out(ScimPushCommand.scim_keeper(url, token))
    source = google_source() if environment['BENCH_SOURCE'] == 'google' else records_source()
    users, groups = sort_out(source.populate())
    if source.load_errors:
        sys.exit('Commander could not read the whole source')
    ScimPushCommand.sync_groups(url, token, target_groups, groups, False, destructive=0)
    ScimPushCommand.sync_users(url, token, target_users, users, False)
    ScimPushCommand.sync_membership(url, token, target_groups, target_users, users, False, destructive=0)
    seconds = time.monotonic() - started

    used = resource.getrusage(resource.RUSAGE_SELF)
    with open(environment['BENCH_USAGE_FILE'], 'w', encoding='utf-8') as file:
        json.dump({'cpuMs': (used.ru_utime + used.ru_stime) * 1000,
                   'peakMemoryMb': used.ru_maxrss / 1024,
                   'pushMs': seconds * 1000},
                  file)


main()
