# cmake --install BUILD [--component store|mmp|mta|common]: each tier's host gets what it needs.
include(GNUInstallDirs)
set(HELIO_UNIT_DIR "lib/systemd/system" CACHE STRING "Where systemd units go, below the prefix")
set(deploy ${CMAKE_SOURCE_DIR}/deploy)
set(share ${CMAKE_INSTALL_DATADIR}/heliograph)

# helio_install(BINARY COMPONENT): program, unit, sockets, sample configuration and manual page.
function(helio_install binary component)
    if(NOT TARGET ${binary})
        return()
    endif()
    string(REPLACE "helio-" "" name ${binary})
    install(TARGETS ${binary} RUNTIME DESTINATION ${CMAKE_INSTALL_SBINDIR} COMPONENT ${component})
    # The prefix is known when it is installed (cmake --install BUILD --prefix /usr), not before.
    install(CODE "set(SBINDIR \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_SBINDIR}\")
        configure_file(\"${deploy}/systemd/${binary}.service.in\"
                       \"${CMAKE_BINARY_DIR}/systemd/${binary}.service\" @ONLY)" COMPONENT ${component})
    file(GLOB sockets ${deploy}/systemd/${binary}-*.socket)
    install(FILES ${CMAKE_BINARY_DIR}/systemd/${binary}.service ${sockets}
            DESTINATION ${HELIO_UNIT_DIR} COMPONENT ${component})
    install(FILES ${deploy}/config/${name}.toml DESTINATION ${share}/config COMPONENT ${component})
    install(FILES ${deploy}/man/${binary}.8 DESTINATION ${CMAKE_INSTALL_MANDIR}/man8 COMPONENT ${component})
endfunction()

helio_install(helio-store store)
helio_install(helio-mmp mmp)
helio_install(helio-mta-inbound mta)
helio_install(helio-mta-outbound mta)

install(FILES ${deploy}/systemd/helio-.service.d/10-sandbox.conf
        DESTINATION ${HELIO_UNIT_DIR}/helio-.service.d COMPONENT common)
install(FILES ${deploy}/systemd/heliograph-sysusers.conf DESTINATION lib/sysusers.d
        RENAME heliograph.conf COMPONENT common)
install(PROGRAMS ${deploy}/make-ca DESTINATION ${share} COMPONENT common)
install(FILES ${deploy}/ldap/heliograph.ldif ${deploy}/ldap/slapd-config.ldif.in ${deploy}/ldap/sample-tree.ldif
              ${deploy}/ldap/README.md DESTINATION ${share}/ldap COMPONENT common)
install(FILES ${CMAKE_SOURCE_DIR}/README.md OPTIONAL DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT common)
